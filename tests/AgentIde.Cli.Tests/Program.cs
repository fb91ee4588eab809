using System.Diagnostics;

namespace AgentIde.Cli.Tests;

/// <summary>The command line as a process, from the build beside these tests.</summary>
internal static class Program
{
    private const string OtherUser = "61151";

    private static string Host { get; } =
        Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    public static Task<Ended> RunAsync(string workspace, params string[] arguments) =>
        StartAsync(workspace, [Host, "exec", Path.Combine(AppContext.BaseDirectory, "agentide.dll"), .. arguments]);

    /// <summary>For root: as another user, with a copy of the build that everybody can read.</summary>
    public static async Task<Ended> RunAsOtherAsync(string workspace, string copy, params string[] arguments)
    {
        (await StartAsync(workspace, ["/bin/cp", "-r", AppContext.BaseDirectory.TrimEnd('/'), copy])).ExitCode.ShouldBe(0);
        (await StartAsync(workspace, ["/bin/chmod", "-R", "a+rX", copy])).ExitCode.ShouldBe(0);
        return await StartAsync(
            workspace,
            ["/usr/bin/setpriv", "--reuid", OtherUser, "--regid", OtherUser, "--clear-groups", Host, "exec", Path.Combine(copy, "agentide.dll"), .. arguments]);
    }

    private static async Task<Ended> StartAsync(string workspace, string[] command)
    {
        ProcessStartInfo info = new(command[0], command[1..]) { WorkingDirectory = workspace, RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["TERM"] = "dumb";
        using Process process = Process.Start(info)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, output, await errors);
    }
}

internal sealed record Ended(int ExitCode, string Output, string Errors);
