using System.Diagnostics;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Slurm;
using AgentIde.Sandbox.Tests.Engines;
using AgentIde.Testing;

namespace AgentIde.Sandbox.Tests;

/// <summary>Everything once more as someone who may make no control groups: memory watched, processes by a resource limit.</summary>
[Collection(nameof(DockerLeftoverTests))]
public sealed class OrdinaryUserTests
{
    private const string User = "61150";

    /// <summary>Docker and Slurm execute as they do whoever asks them, and a warm start is bubblewrap's: their whole contract once more in torture alone, what is an ordinary user's own about them always.</summary>
    private static readonly string[] Others = [typeof(DockerEngineTests).FullName!, typeof(SlurmEngineTests).FullName!, typeof(WarmEngineTests).FullName!];

    private static bool IsTorture => Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1";

    [Fact]
    public async Task All_of_these_tests_hold_for_an_ordinary_user_too()
    {
        if (!Workbench.IsRoot)
        {
            // They are being run by one right now.
            Environment.UserName.ShouldNotBe("root");
            return;
        }

        // Somebody who has no repository at hand can't build it.
        await DockerBench.HaveCSharpImageAsync();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("agentide-user-");
        try
        {
            await RunAsync("/bin/cp", "-r", AppContext.BaseDirectory.TrimEnd('/'), Path.Combine(folder.FullName, "build"));
            await RunAsync("/bin/cp", "-r", Repository.PathOf("artifacts", "publish", "dotnet-ml"), folder.FullName);
            string node = Path.Combine(folder.FullName, "agentide-node");
            await RunAsync("/bin/cp", "-r", SlurmBench.NodeFolder, node);
            await RunAsync("/bin/mkdir", Path.Combine(folder.FullName, "home"));
            await RunAsync("/bin/chmod", "-R", "a+rX", folder.FullName);
            await RunAsync("/bin/chown", "-R", User, Path.Combine(folder.FullName, "home"));
            string program = Path.Combine(folder.FullName, "build", Path.GetFileName(typeof(OrdinaryUserTests).Assembly.Location));
            string home = Path.Combine(folder.FullName, "home");
            (int status, string output) = await RunAsync(
                "/usr/bin/setpriv",
                [
                    "--reuid", User, "--regid", User, "--groups", DockerBench.Group, "/usr/bin/env", "-i", "-C", home, $"HOME={home}", $"TMPDIR={home}", "PATH=/usr/bin:/bin", $"{DockerBench.Variable}={DockerBench.Host}",
                    $"{DotnetEnvironment.Variable}={Path.Combine(folder.FullName, "dotnet-ml")}",
                    $"{SlurmBench.Variable}={SlurmBench.Cluster}", $"{NodeProgram.Variable}={node}",
                    Host, program, "--results-directory", home, "--filter-not-class", typeof(OrdinaryUserTests).FullName!, typeof(SlurmNodeTests).FullName!, .. IsTorture ? [] : Others,
                ]);
            status.ShouldBe(0, output);
            output.ShouldContain("failed: 0");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The <c>dotnet</c> that runs these tests, whether they were started by it or by a program of their own.</summary>
    internal static string Host { get; } =
        Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    private static async Task<(int Status, string Output)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
