using System.Diagnostics;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests;

/// <summary>What many would write at first: the suite must find its holes.</summary>
internal sealed class WeakSandbox(string folder) : ISandbox
{
    public string Engine => "weak";

    public Task<SandboxReport> ProbeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public async Task<ExecutionResult> ExecuteAsync(ExecutionSpec spec, Action<ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        string box = Directory.CreateDirectory(Path.Combine(folder, spec.Name)).FullName;
        await File.WriteAllBytesAsync(Path.Combine(box, "solution.py"), spec.Code, cancellationToken);
        ProcessStartInfo start = new("bwrap") { RedirectStandardOutput = true };
        foreach (string argument in (string[])
        [
            "--unshare-all", "--as-pid-1", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--bind", box, "/tmp", "--dir", "/tmp/input",
            "--ro-bind", spec.InputFolder, "/tmp/input", "--chdir", "/tmp", "--", "/usr/bin/python3", "solution.py",
        ])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        byte[] said = await HeadAsync(process.StandardOutput.BaseStream, cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new ExecutionResult(
            Ending.Exited, process.ExitCode, null, false, 0, 0, 0, said, said.Length,
            [.. spec.Collect.Select(file => Read(box, file))]);
    }

    /// <summary>It bounds nothing, but what is kept of a flood must fit into this process.</summary>
    private static async Task<byte[]> HeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using MemoryStream head = new();
        byte[] buffer = new byte[1 << 16];
        for (int count; (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            await head.WriteAsync(buffer.AsMemory(0, head.Length < 16 << 20 ? count : 0), cancellationToken);
        }

        return head.ToArray();
    }

    private static CollectedFile Read(string box, OutputFile file)
    {
        string path = Path.Combine(box, file.Paths[0]);
        try
        {
            return new CollectedFile(file.Name, file.Paths[0], File.ReadAllBytes(path), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new CollectedFile(file.Name, null, null, exception.Message);
        }
    }
}
