using AgentIde.Core.Engineering;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;
using AgentIde.Core.Texts;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.PullRequests;

/// <summary>Runs that go on by the comments of their pull request, and what the text says of it.</summary>
public sealed class ReviewTests
{
    private readonly MemoryRunStore _store = new("/nowhere", TimeProvider.System);

    [Fact]
    public async Task Answers_follow_each_other_unless_one_became_clearly_worse_and_the_pull_request_stays_the_same()
    {
        RunAccount origin = await FinishedAsync();
        RunAccount account = await GoOnAsync(origin, Asked(11, "Try a log target."), Asked(12, "Fewer columns."), Asked(13, "Blend it."));
        Journal journal = account.Journal;
        journal.Nodes.Skip(3).Select(node => (node.Id, node.Parent, node.Score!.Value, node.Comment!.Id, node.Hint)).ShouldBe(
            [(4, 3, 2, 11, "Try a log target."), (5, 4, 9, 12, "Fewer columns."), (6, 4, 1, 13, "Blend it.")]);
        journal.Comments.Select(comment => comment.Id).ShouldBe([11, 12, 13]);

        PullRequest before = PullRequest.Of(origin, 3, "3", text => text), after = PullRequest.Of(account, 6, "1", text => text);
        (after.Branch, after.Marker).ShouldBe((before.Branch, before.Marker));
        (before.Branch, before.Marker).ShouldSatisfyAllConditions(() => before.Branch.ShouldBe("agentide/sample-1"), () => before.Marker.ShouldStartWith("<!-- agentide:run sample-1 "));
        after.Steps.Take(before.Steps.Length).Select(step => step.Message).ShouldBe(before.Steps.Select(step => step.Message));
        after.Steps[^1].Message.ShouldEndWith($"\n\nNode 6 of the run sample-2 ({after.Marker[^12..^4]}), written by a machine.\n");
        (after.Steps[0].Name, after.Steps[^1].Name).ShouldBe((new StepName(1, "sample-1", after.Marker[^12..^4]), new StepName(6, "sample-2", after.Marker[^12..^4])));
        CommitMessage.NameOf($"{after.Steps[^1].Message}\nSigned-off-by: eve\n").ShouldBeNull();
        before.Body.ShouldNotContain("## Review");
        after.Body.ShouldContain("> A machine wrote this code, and no person has reviewed it as it is now. It ran");
        after.Body.ShouldContain("\n- the finished run `sample-1`, which it goes on from: 3 nodes and 0:0");
        after.Body.ShouldContain("\n- node 4, which a comment of the review asked for\n");
        after.Body.ShouldContain(
            """
            ## Review

            Comments that the run was asked to go on by, and what came of each:

            - [A comment on line 3](https://github.com/ann/gems/pull/1#discussion_r11) by ann (the line comes from node 1): “Try a log target.” — node 4 was made for it: 3.000 ± 0.010 before (node 3), 2.000 ± 0.010 after, better by 1.000 ± 0.010. Node 6, which is proposed, comes from it.
            - [A comment on line 3](https://github.com/ann/gems/pull/1#discussion_r12) by ann (the line comes from node 1): “Fewer columns.” — node 5 was made for it: 2.000 ± 0.010 before (node 4), 9.000 ± 0.010 after, worse by 7.000 ± 0.010. Node 6, which is proposed, does not come from it: node 6 has 1.000 ± 0.010.

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Thanks_and_approval_ask_for_nothing_and_any_other_word_may()
    {
        foreach (string approval in (string[])["LGTM", "lgtm!", "Thanks!", "+1", "👍🏽", ":+1: :rocket:", "Looks good to me, thanks @ann.", "Great work — this is really nice, thank you so much!", "> Try a log target.\n\nApproved :tada:", "Ship it", "🎉", "yes"])
        {
            Approval.Is(approval).ShouldBeTrue(approval);
        }

        foreach (string wish in (string[])["-1", "LGTM, but try a log target", "Looks good?", "Not good", "thanks, one more fold", "ridge", "Make it good", "This is good work, except for the seeds", "no", "+2 folds"])
        {
            Approval.Is(wish).ShouldBeFalse(wish);
        }
    }

    [Fact]
    public async Task The_same_comment_asks_once_whoever_says_it_again()
    {
        RunAccount origin = await FinishedAsync();
        BranchRequest request = Asked(11, "Try a log target.");
        RunId run = await RunForks.MakeAsync(_store, origin.Journal, RunForks.Extended(origin.Journal, 2, 60), [request, request], origin.KeptPullRequest, CancellationToken.None);
        await RunDecisions.RecordAsync(_store, run, request with { Hint = "Edited since." }, CancellationToken.None);
        await RunDecisions.RecordAsync(_store, run, request with { Comment = request.Comment! with { Kind = CommentKind.Review } }, CancellationToken.None);
        Journal journal = (await AccountAsync(run)).Journal;
        journal.Asked.Select(asked => (asked.Hint, asked.Comment!.Kind)).ShouldBe([("Try a log target.", CommentKind.Line), ("Try a log target.", CommentKind.Review)]);
    }

    [Fact]
    public async Task The_last_run_that_went_on_stands_for_all_and_one_that_was_cut_short_for_none()
    {
        RunAccount origin = await FinishedAsync();
        RunId first = origin.Journal.Settings!.Run;
        (await LatestAsync(first)).ShouldBe("sample-1");
        await RunForks.MakeAsync(_store, origin.Journal, RunForks.Extended(origin.Journal, 1, 60), [], origin.KeptPullRequest, CancellationToken.None);
        await RunForks.MakeAsync(_store, origin.Journal, RunForks.Extended(origin.Journal, 1, 60), new BranchRequest("nvim", 3, "Of its own."), CancellationToken.None);
        (await LatestAsync(first)).ShouldBe("sample-1");
        RunAccount second = await GoOnAsync(origin, Asked(11, "Try a log target."));
        RunAccount third = await GoOnAsync(second, Asked(12, "Fewer columns."));
        (await LatestAsync(first), await LatestAsync(RunId.Parse("sample-4"))).ShouldBe(("sample-5", "sample-5"));
        (await LatestAsync(RunId.Parse("sample-3"))).ShouldBe("sample-3");
        KeptPullRequest kept = third.Journal.Settings!.Fork!.PullRequest!;
        (kept.Run, string.Join(' ', kept.Made)).ShouldBe((first, "NodesMade { Run = sample-1, Last = 3 } NodesMade { Run = sample-4, Last = 4 }"));
        (kept.MakerOf(3), kept.MakerOf(4), kept.MakerOf(5)).ShouldBe((first, RunId.Parse("sample-4"), null));

        async Task<string> LatestAsync(RunId run) => (await ReviewedRuns.LatestAsync(_store, run, CancellationToken.None)).Value;
    }

    [Fact]
    public async Task Hostile_comments_act_nowhere()
    {
        const string hostile = "@ann closes #1 ${{ secrets.X }} ![](https://evil.example/x.png)\n\n## Heading\n/merge\nSigned-off-by: eve";
        RunAccount account = await GoOnAsync(await FinishedAsync(), new BranchRequest("eve", 3, hostile, Comment: new ReviewComment(CommentKind.Conversation, 7, "@eve](https://evil.example)", "https://evil.example/x)[x](y", null)));
        PullRequest pull = PullRequest.Of(account, 4, "2", text => text);
        string reply = CommentAnswer.Of(account.Journal, 4).ShouldHaveSingleItem().Reply(RunId.Parse("sample-2"), text => text);
        foreach (string text in (string[])[pull.Body, reply, .. pull.Steps.Select(step => step.Message)])
        {
            foreach (string acting in (string[])["@ann", "#1 ", "${{", "evil.example/x)", "](https://evil", "\n/merge", "\n## Heading", "Signed-off-by:"])
            {
                text.ShouldNotContain(acting);
            }
        }

        reply.TrimEnd().ShouldEndWith("<!-- agentide:answer conversation-7 -->");
    }

    [Theory]
    [InlineData("github.com", "Closes ann/gems#12\n")]
    [InlineData("git.example", "It was started from issue 12 of ann/gems at github.com.")]
    [InlineData(null, "It was started from issue 12 of ann/gems at github.com.")]
    public async Task An_issue_is_closed_by_words_of_our_own_on_its_own_server(string? host, string says)
    {
        RunAccount origin = await FinishedAsync();
        RunEvent[] events = [.. (await _store.ReadAsync(origin.Journal.Settings!.Run, 0, 1_000, CancellationToken.None)).Events.Select(recorded => recorded.Event)];
        RunStarted started = (RunStarted)events[0];
        events[0] = started with { Settings = started.Settings with { Issue = new IssueSource("github.com", "ann", "gems", 12) }, Task = started.Task with { Description = "Closes #99 @bob" } };
        RunAccount account = RunAccount.Of(events.Select((@event, index) => new RecordedEvent(index + 1, DateTimeOffset.UnixEpoch, 1, @event)));
        PullRequest pull = PullRequest.Of(account, 3, "3", text => text, host);
        pull.Branch.ShouldBe("agentide/sample-1-issue-12");
        pull.Body.ShouldContain(" --issue 'ann/gems#12'");
        pull.Body.ShouldContain($"\n\n{says}");
        pull.Body.ShouldNotContain("Closes #99");
        pull.Body.ShouldNotContain("@bob");
    }

    [Theory]
    [InlineData("ann", "ge ms", 12)]
    [InlineData("ann\nCloses bob", "gems", 12)]
    [InlineData("", "gems", 12)]
    [InlineData("ann", "gems", 0)]
    public void A_log_with_an_issue_of_another_form_is_not_read(string owner, string name, int number)
    {
        RunStarted started = (RunStarted)RecordedRun.Events[0].Event;
        (string kind, int version, byte[] payload) = RunJson.Write(started with { Settings = started.Settings with { Issue = new IssueSource("github.com", owner, name, number) } });
        Should.Throw<RunStoreException>(() => RunJson.Read(kind, version, payload));
    }

    [Theory]
    [InlineData("a <!-- b --> c", "a  c")]
    [InlineData("a <!-- b", "a")]
    [InlineData("<!-- a --!> b <!---->c", "b c")]
    [InlineData("a < !-- b -->", "a < !-- b -->")]
    public void What_a_person_does_not_see_is_no_part_of_a_text(string markdown, string shown) => ShownText.Of(markdown).ShouldBe(shown);

    private static BranchRequest Asked(long id, string text) => new(
        "ann, at GitHub", 3, text, Comment: new ReviewComment(CommentKind.Line, id, "ann", $"https://github.com/ann/gems/pull/1#discussion_r{id}", null, 3, 3, "x = 3", 1));

    /// <summary>Three nodes that come to 5, 4 and 3, each from the one before.</summary>
    private async Task<RunAccount> FinishedAsync()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        await Loop(["5", "4", "3"]).RunAsync(owned, new Budget(3, 600));
        return await AccountAsync(owned.Run);
    }

    private async Task<RunAccount> GoOnAsync(RunAccount origin, params RunRequest[] requests)
    {
        RunId run = await RunForks.MakeAsync(_store, origin.Journal, RunForks.Extended(origin.Journal, requests.Length, 60), [.. requests], origin.KeptPullRequest, CancellationToken.None);
        await using (OwnedRun owned = await _store.TakeAsync(run, CancellationToken.None))
        {
            await Loop(["5", "4", "3", "2", "9", "1"]).RunAsync(owned, RunForks.Extended(origin.Journal, requests.Length, 60));
        }

        return await AccountAsync(run);
    }

    private Task<RunAccount> AccountAsync(RunId run) => ReviewedRuns.AccountAsync(_store, run, CancellationToken.None);

    private ScriptedLoop Loop(string[] codes) =>
        new(_store, new ScriptedEngineer((assignment, _) => Task.FromResult<Proposal?>(new Proposal($"plan {assignment.Node}", codes[assignment.Node - 1], [], null))), TimeProvider.System)
        {
            Choose = (journal, _) => journal.Nodes.IsEmpty ? new Decision(Operator.Draft, [], "the first") : new Decision(Operator.Improve, [journal.Nodes.Count], "the test's turn"),
        };
}
