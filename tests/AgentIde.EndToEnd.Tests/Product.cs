using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>The published product, started as a user starts it.</summary>
internal static class Product
{
    public static string Program { get; } = Repository.PathOf("artifacts", "publish", "agentide", "agentide");

    public static Task<Ended> RunAsync(string workspace, params string[] arguments) => RunAsync(workspace, ImmutableDictionary<string, string>.Empty, arguments);

    /// <param name="environment">Variables beside those of the tests.</param>
    public static async Task<Ended> RunAsync(string workspace, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using Process process = Start(workspace, environment, arguments);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, await output, await errors);
    }

    /// <summary>The process that its lock file names; null where that has ended.</summary>
    public static int? OwnerOf(string runFolder)
    {
        int process = int.Parse(File.ReadLines(Path.Combine(runFolder, "lock")).First(), CultureInfo.InvariantCulture);
        return File.Exists($"/proc/{process}/exe") ? process : null;
    }

    public static Process Start(string workspace, params string[] arguments) => Start(workspace, ImmutableDictionary<string, string>.Empty, arguments);

    public static Process Start(string workspace, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo info = new(Program, arguments)
        {
            WorkingDirectory = workspace,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["TERM"] = "dumb";
        foreach ((string name, string value) in environment)
        {
            info.Environment[name] = value;
        }

        return Process.Start(info) ?? throw new InvalidOperationException($"{Program} did not start.");
    }
}

internal sealed record Ended(int ExitCode, string Output, string Errors);
