using System.Diagnostics;
using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

public sealed class NeovimTests
{
    [Fact]
    public async Task The_whole_journey_goes_through_a_real_neovim()
    {
        using TemporaryFolder workspace = new();
        string task = workspace.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        string repository = Repository();
        ProcessStartInfo start = new("nvim")
        {
            WorkingDirectory = workspace.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            ArgumentList = { "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", $"luafile {Path.Combine(repository, "tests/AgentIde.EndToEnd.Tests/Neovim/journey.lua")}" },
            Environment =
            {
                ["AGENTIDE_SERVER"] = JsonSerializer.Serialize<string[]>(["dotnet", Path.Combine(AppContext.BaseDirectory, "AgentIde.LanguageServer.Host.dll")]),
                ["AGENTIDE_LUA"] = Path.Combine(repository, "editors/neovim/agentide.lua"),
                ["AGENTIDE_TASK"] = task,
                ["AGENTIDE_JOURNEY_SECONDS"] = "60",
            },
        };
        using Process neovim = Process.Start(start)!;
        Task<string> errors = neovim.StandardError.ReadToEndAsync();
        string output = await neovim.StandardOutput.ReadToEndAsync();
        await neovim.WaitForExitAsync();
        neovim.ExitCode.ShouldBe(0, $"{output}\n{await errors}");

        JsonElement seen = JsonDocument.Parse(output).RootElement;
        string Text(string name) => seen.GetProperty(name).GetString()!;
        Text("firstStatus").ShouldStartWith("diamonds-1: node");
        Text("lastStatus").ShouldBe("diamonds-1: node 4 of 4, best RMSLE 0.0931 ± 0.0004 (node 4); finished: all nodes are spent");
        Text("hoverInNode").ShouldContain("Draft (node 1): Start with the mean");
        seen.GetProperty("appliedIsNode").GetBoolean().ShouldBeTrue();
        Text("hoverBefore").ShouldContain("Improve (node 4), model: Trees find thresholds in carat");
        Text("hoverOnEdited").ShouldBe("You changed this line since node 4 of diamonds-1 was applied.");
        Text("hoverOnOther").ShouldContain("node 1");
        Text("refusal").ShouldContain("holds work of yours");
        seen.GetProperty("handWorkKept").GetBoolean().ShouldBeTrue();
        (await File.ReadAllTextAsync(Path.Combine(workspace.Path, "tasks/diamonds/solution.py"))).ShouldContain("# changed by hand\nmodel = Boosting(depth=8)  # and this too\nmodel.fit(train)\nsave(model)\n");
    }

    private static string Repository()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "AgentIde.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No AgentIde.sln above the tests.");
        }

        return folder;
    }
}
