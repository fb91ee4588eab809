using AgentIde.Core.Holdouts;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using static AgentIde.Core.Tests.PullRequests.PullRequestTests;

namespace AgentIde.Core.Tests.PullRequests;

/// <summary>What is owned up to: a branch that turned, who wrote which node, what the command does not repeat.</summary>
public sealed class AccountTests
{
    [Fact]
    public void On_a_branch_that_went_other_ways_the_text_says_where_it_turned_and_what_is_no_commit()
    {
        JournalBuilder run = new();
        run.Begin(Operator.Draft).Add(Proposed(1, "Predict a constant.", "a")).Score(0.5);
        run.Begin(Operator.Improve, 1).Add(Proposed(2, "Fit a line.", "b")).Score(0.4);
        run.Begin(Operator.Draft).Add(Proposed(3, "Fit trees.", "c")).Add(Failed(3, "KeyError: 'x'"));
        run.Begin(Operator.Debug, 3).Add(Proposed(4, "Mend it.", "d")).Score(0.3);
        run.Begin(Operator.Improve, 1).Add(Proposed(5, "Fit a curve.", "b")).Score(0.2);
        RunAccount account = RunAccount.Of(run.Events);
        string identity = PullRequest.Of(account, 4, "d", text => text).Marker[^12..^4];
        StepName Name(int node) => new(node, "sample-1", identity);
        string Steps(int node, string code, params StepName[] commits) => PullRequest.Of(account, node, code, text => text).On([.. commits]).Body.Split("## The steps\n\n")[1].Split('\n')[0];

        Steps(4, "d", Name(1), Name(2), Name(3), Name(4)).ShouldBe("Each is a commit. The branch went other ways before, and their commits stay: from node 2 (RMSE 0.400 ± 0.010) on to node 3, which has no score.");
        Steps(2, "b", Name(1), Name(2), Name(3), Name(4), Name(2)).ShouldBe("Each is a commit. The branch went other ways before, and their commits stay: from node 2 (RMSE 0.400 ± 0.010) on to node 3, which has no score; from node 4 (RMSE 0.300 ± 0.010) back to node 2 (RMSE 0.400 ± 0.010).");
        Steps(4, "d", new StepName(9, "sample-7", identity), Name(3), Name(4)).ShouldContain("from node 9 of the run sample-7 on to node 3");
        // The branch's base held what the first one leaves.
        Steps(2, "b", Name(2)).ShouldBe("Each is a commit, but for node 1, which left the code as it was.");
        Steps(5, "b", Name(1), Name(2)).ShouldBe("The branch came to this code by other steps: node 5 is no commit.");

        PullRequest pull = PullRequest.Of(account, 4, "d", text => text);
        string moved = pull.Moved(Name(2), pull.Steps[0]).Message;
        moved.ShouldBe($"draft: Fit trees.\n\n> Fit trees.\n\nIt failed (KeyError: 'x').\n\nWhat is proposed has moved from node 2 (RMSE 0.400 ± 0.010) to node 4\n(RMSE 0.300 ± 0.010). This step does not come from the one before it,\nand replaces its code.\n\nNode 3 of the run sample-1 ({identity}), written by a machine.\n");
        string back = pull.Back(Name(2), pull.Steps[1]).Message;
        back.ShouldBe($"back: from node 2 to node 4\n\nWhat is proposed has moved from node 2 (RMSE 0.400 ± 0.010) to node 4\n(RMSE 0.300 ± 0.010), which this branch held before. This commit\nrestores its code.\n\nNode 4 of the run sample-1 ({identity}), written by a machine.\n");
        (CommitMessage.NameOf(moved), CommitMessage.NameOf(back)).ShouldBe((Name(3), Name(4)));
    }

    [Fact]
    public void What_is_said_of_scores_and_commits_is_true_of_the_node_that_is_proposed()
    {
        JournalBuilder run = new();
        run.Begin(Operator.Draft).Add(Proposed(1, "Predict a constant.", "a")).Add(new NodeScored(1, new Score(0.5, ScoreKind.Verified, 0.01, 0.54, [])));
        run.Begin(Operator.Draft).Add(Proposed(2, "Fit a line.", "b")).Score(0.4);
        RunAccount account = RunAccount.Of(run.Events);
        string body = PullRequest.Of(account, 1, "a", text => text).On([account.NameOf(1)], "tasks/a_b.py").Body;
        body.ShouldContain("\n\nIt is one commit. The first commit replaces the file tasks/");
        body.ShouldContain(", which was there already.\n");
        body.ShouldContain("- The code claims 0.540, clearly worse than the 0.500 ± 0.010 that it was graded:");
        body.ShouldNotContain("speaks against");
        body.ShouldNotContain("expect slightly");
        body.ShouldContain("> A machine wrote this code, and no person has reviewed it. It ran");
        PullRequest.Of(account, 1, "a", text => text).On([account.NameOf(1)], null, new Surroundings { IsApproved = true }).Body.ShouldContain("> A machine wrote this code, and a person approved it at GitHub as it is now. It ran");
        PullRequest.Of(account, 2, "b", text => text).Body.ShouldContain(" The best of 2 scores on one holdout is a little too good: expect slightly worse on new rows.");
    }

    [Fact]
    public void A_score_over_all_folds_is_called_so_and_one_of_the_first_alone_too()
    {
        JournalBuilder run = new();
        run.Add(new HoldoutMade(new SplitFacts(SplitKind.Random, "5 folds", 480, 120, 500, Digest.Of("files")) { Folds = 5 }));
        run.Begin(Operator.Draft).Add(Proposed(1, "Predict a constant.", "a")).Score(0.5);
        run.Begin(Operator.Improve, 1).Add(Proposed(2, "Fit a line.", "b")).Score(0.4);
        foreach (int node in (int[])[1, 2])
        {
            foreach (int fold in (int[])[2, 3, 4, 5])
            {
                run.Add(new ExecutionStarted(node, 1, ExecutionPurpose.Fold, null, fold));
                run.Add(new ExecutionEnded(node, 1, ExecutionPurpose.Fold, new ExecutionRecord(Ending.Exited, 0, null, false, 1, 1, 1, Digest.Of("output"), Digest.Of("submission"), null, null), fold));
            }

            run.Add(new NodeFolded(node, node == 1 ? 0.48 : 0.45, 0.005, 600, node == 2 ? [new Comparison(1, 0.03, 0.004)] : []));
        }

        run.Begin(Operator.Improve, 2).Add(Proposed(3, "Fit a curve.", "c")).Score(0.6);
        run.Add(new NodeFoldFailed(3, 2, "KeyError: `x`"));
        RunAccount account = RunAccount.Of(run.Events);
        PullRequest pull = PullRequest.Of(account, 2, "b", text => text);
        pull.Title.ShouldEndWith(" 0.4500 ± 0.0050 over all folds");
        pull.Steps[^1].Message.ReplaceLineEndings(" ").ShouldContain("RMSE 0.4500 ± 0.0050 over all folds, better by 0.0300 ± 0.0040");
        pull.Body.ShouldContain("| All 5 folds, graded on 600 rows, each of which the code could not see once | **0.4500 ± 0.0050** |\n| The first of them alone, on 120 rows, by which the search went | 0.400 ± 0.010 |\n| Against node 1, its parent, paired on the same rows | better by 0.0300 ± 0.0040 |\n");
        account.Best.Select(point => point.Score).ShouldBe([0.48, 0.45], "one on the first fold is not beside them");
        pull.Body.ShouldContain(" A score of a node that was chosen from 2 by their scores over all folds is a little too good: expect slightly worse on new rows.");
        pull.Body.ShouldContain("— 0.600 ± 0.010 on the first fold");
        pull.Body.ShouldContain("n3[\"3 improve: 0.600 on the first fold\"]");
        PullRequest.Of(account, 3, "c", text => text).Body.ShouldContain("| The first of 5 folds alone, graded on 120 rows that the code could not see | **0.600 ± 0.010** |\n| Fold 2 | failed: KeyError:");
    }

    [Fact]
    public void What_is_known_of_the_first_fold_alone_is_said_to_be_of_it()
    {
        JournalBuilder run = new();
        run.Add(new HoldoutMade(new SplitFacts(SplitKind.Random, "5 folds", 480, 120, 500, Digest.Of("files")) { Folds = 5 }));
        run.Begin(Operator.Draft).Add(Proposed(1, "Predict a constant.", "a")).Score(0.5);
        run.Begin(Operator.Improve, 1).Add(Proposed(2, "Fit a line.", "b")).Score(0.49, new Comparison(1, 0.01, 0.008));
        run.Add(new BranchAsked(2, "ann, at GitHub", "Try it.", Comment: new ReviewComment(CommentKind.Line, 11, "ann", "https://github.com/ann/gems/pull/1#discussion_r1")));
        run.Add(new NodeStarted(3, Operator.Improve, [2], "A comment asks for it.", [], Asked: 1)).Add(Proposed(3, "Fit a curve.", "c")).Score(0.6, new Comparison(2, -0.11, 0.02));
        foreach (int fold in (int[])[2, 3, 4, 5])
        {
            run.Add(new ExecutionStarted(2, 1, ExecutionPurpose.Fold, null, fold));
            run.Add(new ExecutionEnded(2, 1, ExecutionPurpose.Fold, new ExecutionRecord(Ending.Exited, 0, null, false, 1, 1, 1, Digest.Of("output"), Digest.Of("submission"), null, null), fold));
        }

        run.Add(new NodeFolded(2, 0.53, 0.005, 600, []));
        Node node = run.Journal[2];
        (node.Standing!.Comparisons.IsEmpty, node.Against(1), node.ToldAgainst(1)).ShouldBe((true, new Comparison(1, 0.01, 0.008), "no clear change (better by 0.0100 ± 0.0080) on the first fold"));
        PullRequest pull = PullRequest.Of(RunAccount.Of(run.Events), 2, "b", text => text);
        pull.Steps[^1].Message.ReplaceLineEndings(" ").ShouldContain("The score is RMSE 0.5300 ± 0.0050 over all folds, no clear change (better by 0.0100 ± 0.0080) on the first fold. Before it was 0.500 ± 0.010 on the first fold (node 1), and there it is 0.490 ± 0.010.");
        pull.Body.ShouldContain("| Against node 1, its parent, paired on the same rows | no clear change (better by 0.0100 ± 0.0080) on the first fold |\n");
        pull.Body.ShouldContain("The last step is no clear gain over its parent on the first fold.");
        string reply = CommentAnswer.Of(run.Journal, 2).ShouldHaveSingleItem().Reply(RunId.Parse("sample-1"), text => text);
        reply.ShouldContain("ode 3 was made for it: 0.490 ± 0.010 before (node 2), 0.600 ± 0.010 after on the first fold, worse by 0.110 ± 0.020. Node 2, which is proposed, does not come from it: node 2 has 0.490 ± 0.010 on the first fold; on the same rows node 3 is worse by 0.110 ± 0.020.");
    }

    [Fact]
    public void A_run_that_goes_on_from_another_says_which_made_the_programs()
    {
        JournalBuilder run = new();
        run.Begin(Operator.Draft).Add(Proposed(1, "Predict a constant.", "a")).Score(0.5);
        int copied = run.Events.Count;
        run.Begin(Operator.Improve, 1).Add(Proposed(2, "Fit a line.", "b")).Score(0.4);
        RunStarted started = (RunStarted)run.Events[0].Event;
        RunFork fork = new(RunId.Parse("sample-0"), Digest.Of("journal"), 1, [.. Enumerable.Repeat(0.0, copied)]);
        RecordedEvent first = run.Events[0] with { Event = started with { Settings = started.Settings with { Fork = fork } } };
        PullRequest pull = PullRequest.Of(RunAccount.Of([first, .. run.Events.Skip(1)]), 2, "b", text => text);
        pull.Body.ShouldContain("tried 2 programs in the run `sample-1` and before it, 2 of them with a valid submission. It goes on from the run `sample-0`, which made the first of them. This is");
        string Around(string origin) => pull.On([], null, new Surroundings { Origin = new OtherPullRequest("ann/gems#3", origin) }).Body;
        Around("sample-0").ShouldContain(" which made the first of them. That run's pull request is ann/gems#3. This is");
        Around("older-1").ShouldContain(" which made the first of them. It branched from the run `older-1`, whose pull request is ann/gems#3. This is");
    }

    [Fact]
    public void What_people_wrote_and_what_the_command_does_not_repeat_is_told()
    {
        JournalBuilder run = new();
        run.Begin(Operator.Draft).Add(Proposed(1, "Predict a constant.", "a")).Score(0.5);
        run.Add(new HintGiven("nvim", "Try the `logarithm`."));
        run.Add(new BranchAsked(1, "nvim", null, Plan: "Fit a line", Code: Digest.Of("b")));
        run.Add(new NodeStarted(2, Operator.Improve, [1], "asked for", [], Asked: 1)).Add(Proposed(2, "Fit a line", "b")).Score(0.4);
        run.Add(new BranchAsked(2, "nvim", "Gently.", Plan: "Fit a curve"));
        run.Add(new BudgetChanged("nvim", new Budget(21, 600)));
        run.Add(new NodeStarted(3, Operator.Improve, [2], "asked for", [], Asked: 2)).Add(Proposed(3, "Fits a spline.", "c")).Score(0.3);
        run.Add(new NodeRejected(1, "nvim", null));
        PullRequest pull = PullRequest.Of(RunAccount.Of(run.Events), 3, "c", text => text);
        pull.Steps.Select(step => step.Message.TrimEnd().Split("), ")[^1]).ShouldBe(["written by a machine.", "its program written by a person.", "written by a machine by the plan of a person."]);
        pull.Steps.Select(step => step.Name!.Value.Node).ShouldBe([1, 2, 3]);
        pull.Body.ShouldContain("> A machine wrote this code, but for the program of node 2, which a person wrote; no other person has reviewed it. It ran");
        pull.Body.ShouldContain("The engineer builtin/1 tried 2 programs in the run `sample-1`, and people gave 1 of their own; 3 of them with a valid submission.");
        pull.Body.ShouldContain("| 2 | improve of 1, a person's program | Fit a line |");
        pull.Body.ShouldContain("| 3 | improve of 2, by a person's plan | Fits a spline. |");
        pull.Body.ShouldContain(
            """
             It does not repeat:

            - limits that were changed on the way: the command has the last ones
            - a hint before node 2: “Try the \`logarithm\`.”
            - node 2, which a person asked for, with a program of their own
            - node 3, which a person asked for, with a plan of their own: “Fit a curve”, and a hint: “Gently.”
            - node 1, which was rejected

            The programs themselves, as they were recorded, are executed again and compared by `agentide replay sample-1 --verify`, where the run's log is.
            """.ReplaceLineEndings("\n"));
        PullRequest.Of(RunAccount.Of(run.Events), 2, "b", text => text).Body.ShouldContain("> A person wrote the program that is proposed (node 2); a machine wrote node 1, which it comes from, and no other person has reviewed it. It ran");
    }
}
