using System.Diagnostics;
using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Storage.Tests;

/// <summary>The writer process that the tests kill, and what it said.</summary>
internal sealed class VictimProcess : IDisposable
{
    private readonly Process _process;

    private VictimProcess(Process process) => _process = process;

    public RunId Run { get; private set; }

    public int Epoch { get; private set; }

    /// <summary>The last event in the store when it took the run.</summary>
    public long HeadAtStart { get; private set; }

    public long LastAcknowledged { get; private set; }

    public int Id => _process.Id;

    public static async Task<VictimProcess> StartAsync(string workspace, string run, params string[] options)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "AgentIde.Storage.Writer.dll"));
        start.ArgumentList.Add(workspace);
        start.ArgumentList.Add(run);
        Array.ForEach(options, start.ArgumentList.Add);
        VictimProcess victim = new(Process.Start(start)!);
        string[] words = (await victim.HearAsync() ?? "nothing").Split(' ');
        words[0].ShouldBe("RUN");
        victim.Run = RunId.Parse(words[1]);
        victim.Epoch = int.Parse(words[2], CultureInfo.InvariantCulture);
        victim.HeadAtStart = victim.LastAcknowledged = long.Parse(words[3], CultureInfo.InvariantCulture);
        return victim;
    }

    public async Task TellAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>The next line it says; null when it has ended.</summary>
    public async Task<string?> HearAsync()
    {
        string? line = await _process.StandardOutput.ReadLineAsync();
        if (line?.StartsWith("ACK ", StringComparison.Ordinal) == true)
        {
            // Appends under way at once may be told of in any order.
            LastAcknowledged = Math.Max(LastAcknowledged, long.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture));
        }

        return line;
    }

    public async Task<string?> AskAsync(string command)
    {
        await TellAsync(command);
        return await HearAsync();
    }

    /// <summary>Kills it with SIGKILL, and hears what it had said before.</summary>
    /// <param name="late">Hears that.</param>
    public async Task KillAsync(Action<string>? late = null)
    {
        _process.Kill();
        while (await HearAsync() is { } line)
        {
            late?.Invoke(line);
        }

        await _process.WaitForExitAsync();
    }

    public async Task EndAsync()
    {
        (await AskAsync("end")).ShouldBe("END");
        await _process.WaitForExitAsync();
        _process.ExitCode.ShouldBe(0);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
