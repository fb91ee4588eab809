using System.Diagnostics;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary>The command line as a process, from the build beside these tests unless the published product is named.</summary>
internal static class Program
{
    private const string OtherUser = "61151";

    private static string Host { get; } =
        Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    /// <summary>The published one starts faster, where whoever runs the tests has one of these sources.</summary>
    private static string[] Command { get; } =
        Environment.GetEnvironmentVariable("AGENTIDE_PRODUCT") is { Length: > 0 } product ? [product] : [Host, "exec", Path.Combine(AppContext.BaseDirectory, "agentide.dll")];

    public static Task<Ended> RunAsync(string workspace, params string[] arguments) =>
        StartAsync(workspace, [.. Command, .. arguments]);

    /// <summary>With more in its environment.</summary>
    public static Task<Ended> RunWithAsync(string workspace, Dictionary<string, string> environment, params string[] arguments) =>
        StartAsync(workspace, [.. Command, .. arguments], environment);

    /// <summary>With something on its standard input.</summary>
    public static Task<Ended> RunGivenAsync(string workspace, Dictionary<string, string> environment, string given, params string[] arguments) =>
        StartAsync(workspace, [.. Command, .. arguments], environment, given);

    /// <summary>At a terminal of its own, with what a person types into it. Both streams are in the output.</summary>
    public static Task<Ended> RunAtTerminalAsync(string workspace, string typed, params string[] arguments)
    {
        string command = string.Join(' ', Command.Concat(arguments).Select(argument => $"'{argument}'"));
        return StartAsync(workspace, ["/usr/bin/script", "--quiet", "--return", "--command", command, "/dev/null"], typed: typed);
    }

    /// <summary>To be spoken with over its standard streams, and ended, by whoever started it.</summary>
    public static Process Start(string workspace, Dictionary<string, string> environment, params string[] arguments) =>
        Begin(workspace, [.. Command, .. arguments], environment, isTyped: true);

    /// <summary>For root: as another user, with a copy of the build that everybody can read.</summary>
    public static async Task<Ended> RunAsOtherAsync(string workspace, string copy, params string[] arguments)
    {
        (await StartAsync(workspace, ["/bin/cp", "-r", AppContext.BaseDirectory.TrimEnd('/'), copy])).ExitCode.ShouldBe(0);
        (await StartAsync(workspace, ["/bin/chmod", "-R", "a+rX", copy])).ExitCode.ShouldBe(0);
        return await StartAsync(
            workspace,
            ["/usr/bin/setpriv", "--reuid", OtherUser, "--regid", OtherUser, "--clear-groups", Host, "exec", Path.Combine(copy, "agentide.dll"), .. arguments]);
    }

    /// <summary>The language server as a process: sends it these messages and returns what it wrote once all that was waited for is in it.</summary>
    public static async Task<string> SpeakAsync(string workspace, string[] messages, params string[] until)
    {
        ProcessStartInfo info = new(Command[0], [.. Command[1..], "lsp"]) { WorkingDirectory = workspace, RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process process = Process.Start(info)!;
        foreach (string message in messages)
        {
            await process.StandardInput.WriteAsync($"Content-Length: {System.Text.Encoding.UTF8.GetByteCount(message)}\r\n\r\n{message}");
        }

        await process.StandardInput.FlushAsync();
        WaitLimit limit = new();
        System.Text.StringBuilder heard = new();
        char[] buffer = new char[4_096];
        while (!until.All(part => heard.ToString().Contains(part, StringComparison.Ordinal)) || heard[^1] != '}')
        {
            int got = await process.StandardOutput.ReadAsync(buffer, limit.Token);
            if (got == 0)
            {
                break;
            }

            heard.Append(buffer, 0, got);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        return heard.ToString();
    }

    private static async Task<Ended> StartAsync(string workspace, string[] command, Dictionary<string, string>? environment = null, string? typed = null)
    {
        using Process process = Begin(workspace, command, environment, isTyped: typed is not null);
        if (typed is not null)
        {
            await process.StandardInput.WriteAsync(typed);
            process.StandardInput.Close();
        }

        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, output, await errors);
    }

    private static Process Begin(string workspace, string[] command, Dictionary<string, string>? environment, bool isTyped = false)
    {
        ProcessStartInfo info = new(command[0], command[1..]) { WorkingDirectory = workspace, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = isTyped };
        info.Environment["TERM"] = "dumb";
        foreach ((string name, string value) in environment ?? [])
        {
            info.Environment[name] = value;
        }

        return Process.Start(info)!;
    }
}

internal sealed record Ended(int ExitCode, string Output, string Errors);
