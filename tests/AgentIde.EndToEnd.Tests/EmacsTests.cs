using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>Emacs with the published server; the whole journey goes through it in the tests of the language server.</summary>
public sealed class EmacsTests
{
    [Fact]
    public async Task A_folder_of_data_becomes_a_task()
    {
        using TemporaryFolder folder = new();
        folder.Write("houses/train.csv", "rooms,price,rent\n1,100,5\n2,210,9\n3,290,14\n");
        folder.Write("houses/test.csv", "rooms\n2\n4\n");
        JsonElement seen = await EditorJourney.InEmacsAsync(folder.Path, "task.el", [Product.Program, "lsp"], ("AGENTIDE_DATA", folder["houses"]), ("AGENTIDE_LABEL", "price"));

        seen.GetProperty("candidates").EnumerateArray().Select(one => one.GetString()).ShouldBe(["price", "rent"], ignoreOrder: true);
        seen.GetProperty("text").GetString().ShouldNotBeNull().ShouldContain("label: price");
        seen.GetProperty("actions").EnumerateArray().Select(one => one.GetString()).ShouldBe(["Start a run on this task"]);
        seen.GetProperty("noRuns").GetString().ShouldNotBeNull();
        seen.GetProperty("again").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_run_becomes_a_pull_request_that_was_shown_and_agreed_to()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["work", "tasks", "small"]);
        TestGit.Run(folder["work"], "init", "--quiet", "--initial-branch=main");
        TestGit.Run(folder["work"], "add", ".");
        TestGit.Commit(folder["work"], "A task.");
        await using GitHubOfTests github = await GitHubOfTests.StartAsync(folder["work"]);
        TestGit.Run(folder["work"], "remote", "add", "origin", $"{github.Address}{github.Repository}.git");
        Ended run = await Product.RunAsync(folder["work"], "run", task, "--nodes", "2", "--time", "60s");
        run.ExitCode.ShouldBe(0, run.Errors);

        JsonElement seen = await EditorJourney.InEmacsAsync(
            folder["work"], "pull-request.el", [Product.Program, "lsp"], ("AGENTIDE_TASK", Path.Combine(task, "task.yaml")), ("GH_TOKEN", github.Token), ("GH_ENTERPRISE_TOKEN", github.Token));
        seen.GetProperty("shown").GetString()!.ShouldContain("**Nothing was sent yet.**");
        seen.GetProperty("told").GetString()!.ShouldContain($"To open it at {github.Name}, take the action");
        seen.GetProperty("actions").EnumerateArray().Select(one => one.GetString())
            .ShouldBe([$"Open this pull request at {github.Name}, as a draft", $"Open this pull request at {github.Name}, ready to be merged"]);
        seen.GetProperty("opened").GetString()!.ShouldContain($"Pull request 1 of small-1 was opened at {github.Name} as a draft, to be merged into main");
        SeenPull pull = (await github.SeeAsync()).Pulls.ShouldHaveSingleItem();
        (pull.Number, pull.Body.Contains(github.Token, StringComparison.Ordinal), seen.GetRawText().Contains(github.Token, StringComparison.Ordinal)).ShouldBe((1, false, false));
    }
}
