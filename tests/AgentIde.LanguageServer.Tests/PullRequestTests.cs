using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Testing;
using StreamJsonRpc;

namespace AgentIde.LanguageServer.Tests;

public sealed class PullRequestTests
{
    private const string Canary = "gho_canaryCANARYcanary0123456789";

    [Fact]
    public async Task A_finished_run_is_shown_agreed_to_and_opened_and_its_page_shown_in_the_browser()
    {
        ScriptedPullRequests pulls = new();
        await using Session session = await FinishedAsync(pulls, TestEditor.WithChoices(TestEditor.Capabilities()));
        List<string> asked = [];
        session.Editor.Choose = question =>
        {
            asked.Add(question.GetProperty("message").GetString()!);
            return question.GetProperty("actions")[0].GetProperty("title").GetString();
        };
        await session.Editor.OpenAsync(session.TaskFile);
        JsonElement shown = await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(session.TaskFile), "Open a pull request of diamonds-1: look at it first");
        string path = shown.GetProperty("path").GetString()!;
        path.ShouldEndWith("/.agentide/runs/diamonds-1/view/2/pull-request.md");
        JsonElement external = await session.Editor.HearAsync("window/showDocument", document => document.TryGetProperty("external", out _));
        external.GetRawText().ShouldBe("""{"uri":"https://github.com/ann/gems/pull/12","takeFocus":true,"external":true}""");
        session.Editor.Heard("window/showDocument")[0].GetProperty("uri").GetString().ShouldBe(TestEditor.Uri(path));
        asked.ShouldBe(
        [
            "Open this pull request of diamonds-1 at ann/gems? It pushes the branch agentide/diamonds-1 with 2 commits of tasks/diamonds/solution.py.",
            "Pull request 12 of diamonds-1 was opened at ann/gems as a draft, to be merged into main: https://github.com/ann/gems/pull/12",
        ]);
        pulls.Previewed.ShouldBe([new PullRequestRequest(session.Root, RunId.Parse("diamonds-1"), 2)]);
        pulls.Opened.ShouldBe([(new PullRequestRequest(session.Root, RunId.Parse("diamonds-1"), 2, "ann/gems"), null)]);
        session.Editor.Heard("$/progress").Select(progress => progress.GetProperty("value").TryGetProperty("title", out JsonElement title) ? title.GetString() : null).OfType<string>()
            .ShouldBe(["Preparing the pull request of diamonds-1", "Opening a pull request at ann/gems"]);
        session.Editor.Heard("window/showMessage").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_shown_holds_branch_commits_text_and_difference_and_escapes_what_others_wrote()
    {
        await using Session session = await FinishedAsync(new ScriptedPullRequests());
        string text = await File.ReadAllTextAsync(await PreviewAsync(session));
        text.ShouldBe(
            """"
            > **Nothing was sent yet.** This is what a pull request of diamonds-1, node 2, would hold at ann/gems.
            > Branch agentide/diamonds-1, from main (01234567). It changes tasks/diamonds/solution.py alone:
            >
            > - 11111111 draft: A \<b>mean\</b> first
            > - 22222222 improve: Trees

            # Solution of Diamond price: RMSLE 0.1

            > [!WARNING]
            > A machine wrote this.

            ---

            ## The difference

            ````diff
            --- a/tasks/diamonds/solution.py
            +```
            +print('\u{202E}')

            ````

            """");
    }

    [Fact]
    public async Task A_client_that_can_not_ask_has_actions_in_what_is_shown()
    {
        ScriptedPullRequests pulls = new();
        await using Session session = await FinishedAsync(pulls);
        string path = await PreviewAsync(session);
        (await SaidAsync(session, "Nothing was sent.")).ShouldBe("Nothing was sent. To open it at ann/gems, take the action \"Open this pull request\" in pull-request.md.");
        (await FailureAsync(session, new() { ["how"] = "open", ["node"] = 2, ["repository"] = "eve/gems" })).ShouldStartWith("What was shown of node 2 of diamonds-1 goes to another repository or branch: ");
        pulls.Opened.ShouldBeEmpty();
        await session.Editor.OpenAsync(path);
        List<JsonElement> actions = await session.Editor.ActionsAsync(path);
        actions.Select(action => action.GetProperty("title").GetString()).ShouldBe(["Open this pull request at ann/gems, as a draft", "Open this pull request at ann/gems, ready to be merged"]);
        JsonElement lenses = await session.Editor.AskAsync("textDocument/codeLens", new() { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(path) } });
        lenses.EnumerateArray().Select(lens => lens.GetProperty("command").GetRawText()).ShouldBe(actions.Select(action => action.GetProperty("command").GetRawText()));
        pulls.State = "updated";
        (await session.Editor.ChooseAsync(actions, "Open this pull request at ann/gems, ready")).ValueKind.ShouldBe(JsonValueKind.Null);
        (await SaidAsync(session, "Pull request")).ShouldBe("Pull request 12 of diamonds-1 at ann/gems was brought up to date: https://github.com/ann/gems/pull/12");
        pulls.Opened.ShouldHaveSingleItem().Request.ShouldBe(new PullRequestRequest(session.Root, RunId.Parse("diamonds-1"), 2, "ann/gems", IsReady: true));
    }

    [Fact]
    public async Task The_editors_token_is_asked_for_once_it_was_agreed_to_and_is_in_no_message_and_no_file()
    {
        ScriptedPullRequests pulls = new() { Repository = "git.example:8443/ann/gems" };
        await using Session session = await FinishedAsync(pulls, TestEditor.WithTokens(TestEditor.Capabilities()));
        session.Editor.Token = Canary;
        await PreviewAsync(session);
        session.Editor.Heard("agentide/githubToken").ShouldBeEmpty();
        await OpenAsync(session);
        await SaidAsync(session, "Pull request 12");
        pulls.Opened.ShouldHaveSingleItem().Token.ShouldBe(Canary);
        session.Editor.Heard("agentide/githubToken").ShouldHaveSingleItem().GetRawText().ShouldBe("""{"host":"git.example:8443","repository":"ann/gems"}""");

        // No failure tells it either.
        pulls.Problem = "The token may not open pull requests.";
        await OpenAsync(session);
        (await SaidAsync(session, "The token")).ShouldBe("The token may not open pull requests.");
        string.Join('\n', session.Log).ShouldNotContain(Canary);
        foreach (string method in (string[])["window/showMessage", "$/progress", "window/showDocument", "agentide/runChanged"])
        {
            session.Editor.Heard(method).ShouldAllBe(message => !message.GetRawText().Contains(Canary));
        }

        foreach (string file in Directory.EnumerateFiles(session.Root, "*", SearchOption.AllDirectories))
        {
            (await File.ReadAllTextAsync(file)).ShouldNotContain(Canary, customMessage: file);
        }

        $"{HandedToken.Of(Canary)}".ShouldBe("***");
    }

    [Fact]
    public async Task Without_a_session_the_machines_own_token_is_used()
    {
        ScriptedPullRequests pulls = new();
        await using Session session = await FinishedAsync(pulls, TestEditor.WithTokens(TestEditor.Capabilities()));
        await PreviewAsync(session);
        foreach ((string? token, string? refusal) in ((string?, string?)[])[(null, null), (null, "The person said no."), ("two words", null)])
        {
            session.Editor.Token = token;
            session.Editor.RefuseTokens = refusal;
            session.Editor.Forget();
            await OpenAsync(session);
            await SaidAsync(session, "Pull request 12");
        }

        pulls.Opened.Select(opened => opened.Token).ShouldBe([null, null, null]);
        session.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_stands_in_the_way_is_one_message()
    {
        ScriptedPullRequests pulls = new() { Problem = "/w lies in no git repository: make one with 'git init'." };
        await using Session session = await StartAsync(pulls);
        ScriptedRun run = await session.RunAsync();
        await SeenAsync(session, run);
        (await FailureAsync(session, [])).ShouldBe("diamonds-1 has no valid solution to propose: 0 nodes, none with a score that nobody rejected.");
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await run.FinishAsync();
        await SeenAsync(session, run);
        (await FailureAsync(session, [])).ShouldBe("/w lies in no git repository: make one with 'git init'.");
        (await FailureAsync(session, new() { ["node"] = 9 })).ShouldBe("diamonds-1 has no node 9: it has 1 node.");
        (await FailureAsync(session, new() { ["how"] = "open" })).ShouldBe("Look at the pull request of node 1 of diamonds-1 first: agentide.run.pullRequest without \"how\" shows it.");
        (await FailureAsync(session, new() { ["how"] = "force" })).ShouldBe("A pull request is shown, or with \"how\": \"open\" opened after that, and not 'force'.");
        (await FailureAsync(session, new() { ["repo"] = "a/b" })).ShouldStartWith("agentide.run.pullRequest knows no 'repo'");
        pulls.Opened.ShouldBeEmpty();

        await using Session bare = await FinishedAsync(null);
        (await FailureAsync(bare, [])).ShouldBe("This server makes no pull requests. From a shell: agentide pr diamonds-1");
    }

    [Fact]
    public async Task Where_no_remote_names_a_repository_nothing_can_be_opened_until_one_is_named()
    {
        ScriptedPullRequests pulls = new() { Repository = null };
        await using Session session = await FinishedAsync(pulls, TestEditor.WithChoices(TestEditor.Capabilities()));
        string path = await PreviewAsync(session);
        (await SaidAsync(session, "No remote")).ShouldBe("No remote of this folder's repository names one at GitHub, so nothing can be opened from here. From a shell: agentide pr diamonds-1 --node 2 --repo OWNER/NAME");
        (await File.ReadAllTextAsync(path)).ShouldContain("No remote names a repository at GitHub that it could go to.");
        await OpenAsync(session);
        await SaidAsync(session, "No remote names where it goes to.");
        pulls.Opened.ShouldBeEmpty();
        session.Editor.Choose = static question => question.GetProperty("message").GetString()!.StartsWith("Open this", StringComparison.Ordinal) ? "Open it, ready to be merged" : null;
        await session.Editor.ExecuteAsync("agentide.run.pullRequest", new() { ["run"] = "diamonds-1", ["node"] = 1, ["repository"] = "bob/rocks", ["base"] = "dev", ["ready"] = true });
        await session.Editor.HearAsync("window/showMessageRequest", question => question.GetProperty("message").GetString()!.Contains("12 of diamonds-1 was opened at bob/rocks, to be merged", StringComparison.Ordinal));
        pulls.Opened.ShouldHaveSingleItem().Request.ShouldBe(new PullRequestRequest(session.Root, RunId.Parse("diamonds-1"), 1, "bob/rocks", "dev", true));
    }

    [Fact]
    public async Task Who_does_not_agree_opens_nothing_and_one_that_is_being_opened_is_not_opened_twice()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedPullRequests pulls = new() { Gate = gate.Task };
        await using Session session = await FinishedAsync(pulls, TestEditor.WithChoices(TestEditor.Capabilities()));
        await PreviewAsync(session);
        await session.Editor.HearAsync("window/showMessageRequest", _ => true);
        pulls.Opened.ShouldBeEmpty();
        await OpenAsync(session);
        await session.Editor.HearAsync("$/progress", progress => progress.GetProperty("value").TryGetProperty("title", out JsonElement title) && title.GetString()!.StartsWith("Opening", StringComparison.Ordinal));
        await OpenAsync(session);
        await SaidAsync(session, "The pull request of diamonds-1 is being opened already.");
        gate.SetResult();
        await session.Editor.HearAsync("window/showMessageRequest", question => question.GetProperty("message").GetString()!.StartsWith("Pull request 12", StringComparison.Ordinal));
        pulls.Opened.Count.ShouldBe(1);
    }

    [Fact]
    public async Task It_is_offered_of_finished_and_paused_runs_and_of_nodes_with_a_score()
    {
        await using Session session = await StartAsync(new ScriptedPullRequests());
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await SeenAsync(session, run);
        await session.Editor.OpenAsync(session.TaskFile);
        (await OffersAsync(session, session.TaskFile)).ShouldBeEmpty();
        await run.AppendAsync([new RunPaused("nvim")]);
        await SeenAsync(session, run);
        (await OffersAsync(session, session.TaskFile)).ShouldBe(["Open a pull request of diamonds-1: look at it first"]);
        string node = (await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = "diamonds-1", ["node"] = 1 })).GetProperty("path").GetString()!;
        await session.Editor.OpenAsync(node);
        (await OffersAsync(session, node)).ShouldBe(["Open a pull request of node 1: look at it first"]);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Draft);
        (await OffersAsync(session, session.SolutionFile)).ShouldBe(["Open a pull request of diamonds-1: look at it first"]);
        await run.AppendAsync([new NodeRejected(1, "nvim", "It leaks.")]);
        await SeenAsync(session, run);
        (await OffersAsync(session, node)).ShouldBeEmpty();
        (await OffersAsync(session, session.SolutionFile)).ShouldBeEmpty();
    }

    [Fact]
    public async Task In_a_folder_without_trust_nothing_is_even_prepared()
    {
        ScriptedPullRequests pulls = new();
        await using Session session = Session.Unstarted(pulls: pulls);
        await FinishAsync(session);
        await session.Editor.InitializeAsync(session.Root, options: new JsonObject { ["trusted"] = false });
        await session.Editor.OpenAsync(session.TaskFile);
        (await OffersAsync(session, session.TaskFile)).ShouldBeEmpty();
        (await FailureAsync(session, [])).ShouldStartWith("This folder is not trusted");
        pulls.Previewed.ShouldBeEmpty();
    }

    private static async Task<Session> StartAsync(IPullRequests? pulls, JsonObject? capabilities = null)
    {
        Session session = Session.Unstarted(pulls: pulls);
        await session.Editor.InitializeAsync(session.Root, capabilities);
        return session;
    }

    /// <summary>With a run that had finished before the server came: it says nothing of it by itself.</summary>
    private static async Task<Session> FinishedAsync(IPullRequests? pulls, JsonObject? capabilities = null)
    {
        Session session = Session.Unstarted(pulls: pulls);
        await FinishAsync(session);
        await session.Editor.InitializeAsync(session.Root, capabilities);
        return session;
    }

    private static async Task FinishAsync(Session session)
    {
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await run.AddValidAsync(Operator.Improve, 1, "Trees", Codes.Improved, 0.1);
        await run.FinishAsync();
    }

    private static Task<JsonElement> SeenAsync(Session session, ScriptedRun run) =>
        session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("seq").GetInt64() == run.Journal.Seq);

    private static async Task<string> PreviewAsync(Session session) =>
        (await session.Editor.ExecuteAsync("agentide.run.pullRequest", new() { ["run"] = "diamonds-1" })).GetProperty("path").GetString()!;

    private static Task OpenAsync(Session session) => session.Editor.ExecuteAsync("agentide.run.pullRequest", new() { ["run"] = "diamonds-1", ["how"] = "open" });

    private static async Task<string> SaidAsync(Session session, string begins) =>
        (await session.Editor.HearAsync("window/showMessage", said => said.GetProperty("message").GetString()!.StartsWith(begins, StringComparison.Ordinal))).GetProperty("message").GetString()!;

    private static async Task<List<string>> OffersAsync(Session session, string path) =>
        [.. (await session.Editor.ActionsAsync(path)).Select(action => action.GetProperty("title").GetString()!).Where(title => title.Contains("pull request", StringComparison.Ordinal))];

    private static async Task<string> FailureAsync(Session session, JsonObject arguments)
    {
        arguments["run"] = "diamonds-1";
        return (await Should.ThrowAsync<RemoteInvocationException>(() => session.Editor.ExecuteAsync("agentide.run.pullRequest", arguments))).Message;
    }
}
