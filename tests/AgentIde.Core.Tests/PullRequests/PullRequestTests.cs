using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Auditing;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Testing;
using CsCheck;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace AgentIde.Core.Tests.PullRequests;

/// <summary>What a run proposes: commits, title and text, of a recorded run and of hostile ones.</summary>
public sealed class PullRequestTests
{
    private static readonly MarkdownPipeline GitHub = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().UseTaskLists().UseMathematics().UseAlertBlocks().Build();

    [Fact]
    public void The_text_of_a_recorded_run() => ExpectedText.Compare(Recorded().Body, "Expected/diamonds.md");

    [Fact]
    public void The_text_of_a_run_with_all_that_can_be_in_one() => ExpectedText.Compare(RichRun.Make().Body, "Expected/rich.md");

    [Fact]
    public void The_commits_of_a_recorded_run()
    {
        PullRequest pull = Recorded();
        StringBuilder text = new($"{pull.Branch}\n{pull.Title}\n");
        foreach (SolutionStep step in pull.Steps)
        {
            text.Append($"\n──── node {step.Node}, {step.At:yyyy-MM-dd HH:mm:ss}, {step.Code.Short}\n{step.Message}");
        }

        ExpectedText.Compare(text.ToString(), "Expected/diamonds.commits.txt");
    }

    [Fact]
    public void The_same_events_come_to_the_same_to_the_byte()
    {
        PullRequest one = Recorded(), other = Recorded();
        (one.Body, one.Title, one.Branch).ShouldBe((other.Body, other.Title, other.Branch));
        one.Steps.ShouldBe(other.Steps);
        PullRequest later = PullRequest.Of(RunAccount.Of(RecordedRun.Events.Select(recorded => recorded with { At = recorded.At.AddSeconds(1) })), 6, RecordedRun.Code, text => text);
        later.Marker.ShouldNotBe(one.Marker);
    }

    [Fact]
    public void Each_step_is_a_commit_from_the_root_on_and_one_that_changes_nothing_is_none()
    {
        JournalBuilder run = new();
        run.Begin(Operator.Draft).Add(Proposed(1, "Predict a constant.", "a")).Add(Failed(1, "KeyError: 'x'"));
        run.Begin(Operator.Debug, 1).Add(Proposed(2, "Mend it.", "b")).Score(0.5);
        run.Begin(Operator.Improve, 2).Add(Proposed(3, "Leave it.", "b")).Score(0.5);
        run.Begin(Operator.Improve, 2).Add(Proposed(4, "Elsewhere.", "e")).Score(0.6);
        run.Begin(Operator.Improve, 3).Add(Proposed(5, "Fit a line. Of the hint it does not do this: xgboost is there already.", "c")).Score(0.4, new Comparison(3, 0.1, 0.01));
        PullRequest pull = PullRequest.Of(RunAccount.Of(run.Events), 5, "c", text => text);
        pull.Steps.Select(step => step.Node).ShouldBe([1, 2, 5]);
        pull.Steps.Select(step => step.Code).ShouldBe([Digest.Of("a"), Digest.Of("b"), Digest.Of("c")]);
        pull.Steps[0].Message.ShouldBe($"draft: Predict a constant.\n\n> Predict a constant.\n\nIt failed (KeyError: 'x').\n\nNode 1 of the run sample-1 ({pull.Marker[^12..^4]}), written by a machine.\n");
        pull.Steps[1].Message.ShouldContain("The score is RMSE 0.500 ± 0.010 on the blind holdout. Before there was\nnone (node 1 failed).\n");
        pull.Steps[2].Message.ShouldContain("The score is RMSE 0.400 ± 0.010 on the blind holdout, better by 0.100");
        pull.Steps[2].Message.ShouldStartWith("improve: Fit a line.\n\n> Fit a line.\n\n");
        pull.Steps[2].Message.ShouldContain("Before it was 0.500 ± 0.010 (node 3).");
        pull.Branch.ShouldBe("agentide/sample-1");
        pull.Title.ShouldBe("Solution of Sample task: RMSE 0.400 ± 0.010 on the blind holdout");
        pull.Body.ShouldContain("Each is a commit, but for node 3, which left the code as it was.");
    }

    [Theory]
    [InlineData(SplitKind.Time, "Holdout, graded on 20 rows at the end of train's time that the code could not see", "one standard error, by 9 blocks of time.")]
    [InlineData(SplitKind.Group, "Holdout, graded on 20 rows in 9 whole groups that the code could not see", "one standard error, by 9 groups.")]
    public void A_holdout_by_time_or_groups_is_told_with_what_gives_it_away(SplitKind kind, string holdout, string error)
    {
        JournalBuilder run = new();
        run.Add(new HoldoutMade(new SplitFacts(kind, "so", 100, 20, 50, Digest.Of("files")) { Column = "c", HoldoutUnits = 9, Distinguishable = new Distinction(1, "the value of *c* tells it from test with an AUC of 1.00") }));
        run.Begin(Operator.Draft).Add(Proposed(1, "Predict a constant.", "a")).Score(0.5);
        string body = PullRequest.Of(RunAccount.Of(run.Events), 1, "a", text => text).Body;
        body.ShouldContain(holdout);
        body.ShouldContain(error);
        body.ShouldContain("Holdout distinguishable: the value of \\*c\\* tells it from test with an AUC of 1.00.");
    }

    [Fact]
    public void A_message_holds_nothing_that_a_program_acts_on_and_is_as_long_as_it_may_be() => Gen.Select(Hostile.Text, Hostile.Text).Sample((plan, failure) =>
    {
        JournalBuilder run = new();
        run.Begin(Operator.Draft).Add(Proposed(1, plan, "a")).Add(Failed(1, failure));
        run.Begin(Operator.Debug, 1).Add(Proposed(2, plan, "b")).Score(0.5);
        foreach (SolutionStep step in PullRequest.Of(RunAccount.Of(run.Events), 2, "b", text => text).Steps)
        {
            string[] lines = step.Message.Split('\n');
            (lines[0].Length, lines[0].Length > 7, lines[1], lines[^1]).ShouldBe((Math.Min(lines[0].Length, 72), true, "", ""));
            step.Message[0].ShouldBeOneOf('d');
            lines[^2].ShouldMatch($@"^Node {step.Node} of the run sample-1 \([0-9a-f]{{8}}\), written by a machine\.$");
            lines[^3].ShouldBe("");
            lines.ShouldAllBe(line => !line.StartsWith('-') && !line.StartsWith('#') && !line.Contains('\r'));
            Hostile.Trap().Match(step.Message).Value.ShouldBe("");
            Hostile.Unseen().Match(step.Message).Value.ShouldBe("");
        }
    }, iter: 1_000);

    [Fact]
    public void Hostile_text_everywhere_leaves_the_text_as_it_was_built() => Hostile.Text.Where(text => text.Trim().Length > 0).Sample(text =>
    {
        string benign = Everywhere("plain words", "x = 1"), hostile = Everywhere(text, "x = 1");
        (Outline(hostile) == Outline(benign)).ShouldBeTrue(hostile);
        hostile.Length.ShouldBeLessThanOrEqualTo(PullRequest.MaximumBody);
        Hostile.Trap().Match(hostile).Value.ShouldBe("");
        Hostile.Unseen().Match(hostile).Value.ShouldBe("");
        hostile.Split("<!--").Length.ShouldBe(3);
        hostile.ShouldMatch(@"^<!-- agentide:text sample-1 [0-9a-f]{8} -->\n\n> \[!WARNING]\n");
        hostile.TrimEnd().ShouldMatch(@"<!-- agentide:run sample-1 [0-9a-f]{8} -->$");
    }, iter: 300);

    [Fact]
    public void So_do_hostile_lines_of_code() => Hostile.Text.Sample(text =>
    {
        string hostile = Everywhere("plain words", $"import socket # {text}");
        Outline(hostile).Split('\n').Distinct().ShouldBeSubsetOf(Outline(Everywhere("plain words", "import socket")).Split('\n'));
        Hostile.Trap().Match(hostile).Value.ShouldBe("");
        hostile.ShouldContain("\n- line 1, network: import socket ");
    }, iter: 300);

    [Fact]
    public void A_key_is_in_no_part_of_it()
    {
        string body = Everywhere("the key is KEY-CANARY here", "import socket # KEY-CANARY", text => text.Replace("KEY-CANARY", "***", StringComparison.Ordinal));
        body.ShouldNotContain("CANARY");
        body.Split("\\*\\*\\*").Length.ShouldBeGreaterThan(8);
    }

    [Fact]
    public void What_does_not_fit_is_left_out_in_the_order_of_its_weight_and_the_text_says_so()
    {
        string @long = string.Join(' ', Enumerable.Range(0, 400).Select(word => $"[word{word}]"));
        PullRequest pull = Large(600, @long);
        pull.Body.Length.ShouldBeLessThanOrEqualTo(PullRequest.MaximumBody);
        pull.Body.Length.ShouldBeGreaterThan(PullRequest.MaximumBody / 4);
        pull.Body.ShouldContain("Shortened to fit into GitHub's limit: ");
        pull.Body.ShouldContain("the search tree");
        foreach (string kept in new[] { "[!WARNING]", "## Score\n", "**599.000", "## How to run it again", "## What to look at", pull.Marker })
        {
            pull.Body.ShouldContain(kept);
        }

        pull.Steps.Length.ShouldBe(600);
        Large(30, "Fit a line.").Body.ShouldNotContain("Shortened");
    }

    [Fact]
    public void Of_ten_thousand_nodes_there_is_a_text_that_fits_and_a_tree_that_can_be_read()
    {
        PullRequest pull = Large(5_000, "Fit a line.");
        pull.Body.Length.ShouldBeInRange(10_000, PullRequest.MaximumBody);
        pull.Body.ShouldContain("10,000 programs");
        string tree = pull.Body.Split("```mermaid").Last().Split("```")[0];
        tree.Split("  n9999").Length.ShouldBeGreaterThan(1);
        tree.Split('\n').Count(line => line.Contains('[')).ShouldBeLessThanOrEqualTo(36);
        tree.Length.ShouldBeLessThan(5_000);
    }

    [Fact]
    public void A_command_to_run_it_again_is_quoted_for_a_shell()
    {
        RecordedEvent[] events = [.. RecordedRun.Events];
        RunStarted started = (RunStarted)events[0].Event;
        string Body(RunSettings settings) => PullRequest.Of(RunAccount.Of([events[0] with { Event = started with { Settings = settings } }, .. events[1..]]), 6, RecordedRun.Code, text => text).Body;
        string Command(RunSettings settings) => Body(settings).Split("```sh\n")[1].Split("\n```")[0];
        Command(started.Settings).ShouldBe("agentide run tasks/diamonds --policy aide --nodes 7 --time 300s --seed 1");
        Command(started.Settings with { TaskFolder = "/home/ann/tasks/gems", EngineerOption = "command:python3 /home/ann/e.py", Parallel = 2, Seed = 4 })
            .ShouldBe("agentide run gems --engineer command:PROGRAM --policy aide --nodes 7 --time 300s --parallel 2 --seed 4");
        Body(started.Settings with { EngineerOption = "command:python3 /home/ann/e.py" }).ShouldContain("\n- what stands for `PROGRAM`: it may hold paths and keys, so the run's log alone tells it\n");
        Command(started.Settings with { TaskFolder = "x'; rm -rf ~ #\n", Policy = "$(id)" }).ShouldBe("""agentide run 'x'\''; rm -rf ~ # ' --policy '$(id)' --nodes 7 --time 300s --seed 1""");
    }

    [Fact]
    public void What_an_audit_saw_when_it_executed_the_node_is_among_the_concerns()
    {
        JournalBuilder run = new();
        run.Begin(Operator.Draft).Add(Proposed(1, "a", "a")).Score(0.5);
        Body().ShouldNotContain("An audit");
        run.Add(new NodeAudited(1, DateTimeOffset.UnixEpoch, [], [new AuditFinding(AuditKind.Gap, AuditSeverity.Note, 1, null, "a note", AuditBasis.Executed)]));
        Body().ShouldContain("An audit executed it on 1 January 1970 on files that it was not chosen by, and warns of nothing.");
        AuditFinding gap = new(AuditKind.Gap, AuditSeverity.Warning, 1, null, "RMSE 0.9 on *other* rows", AuditBasis.Executed);
        run.Add(new NodeAudited(1, DateTimeOffset.UnixEpoch, [], [gap, gap with { Severity = AuditSeverity.Note, Evidence = "a note" }]));
        Body().ShouldContain("An audit finds: gap: RMSE 0.9 on \\*other\\* rows. What was gained on the holdout was fitted to its rows.");
        Body().ShouldNotContain("a note");

        string Body() => PullRequest.Of(RunAccount.Of(run.Events), 1, "x = 1", words => words).Body;
    }

    [Fact]
    public void What_can_not_be_proposed_is_told_in_one_sentence()
    {
        RunId id = RunId.Parse("sample-1");
        JournalBuilder run = new();
        PullRequest.Refusal(Journal.Empty, id, null).ShouldBe("sample-1 died before it began: there is nothing to propose.");
        PullRequest.Refusal(run.Journal, id, null).ShouldBe("sample-1 has no valid solution to propose: 0 nodes, none with a score that nobody rejected.");
        run.Begin(Operator.Draft).Add(Proposed(1, "a", "a")).Add(Failed(1, "KeyError: 'x'"));
        run.Begin(Operator.Draft).Add(Proposed(2, "b", "b"));
        PullRequest.Refusal(run.Journal, id, 1).ShouldBe("Node 1 of sample-1 failed (KeyError: 'x'): a pull request proposes a node with a score.");
        PullRequest.Refusal(run.Journal, id, 2).ShouldBe("Node 2 of sample-1 has no score yet: a pull request proposes a node with one.");
        PullRequest.Refusal(run.Journal, id, 7).ShouldBe("sample-1 has no node 7: it has 2 nodes.");
        run.Score(0.5);
        PullRequest.Refusal(run.Journal, id, null).ShouldBeNull();
        run.Add(new NodeRejected(2, "nvim", "it leaks"));
        PullRequest.Refusal(run.Journal, id, 2).ShouldBe("Node 2 of sample-1 was rejected by nvim: 'agentide reject sample-1 2 --restore' takes that back.");
        RecordedEvent first = run.Events[0];
        RunStarted started = (RunStarted)first.Event;
        Journal imported = Journal.Empty.Apply(first with { Event = started with { Settings = started.Settings with { Origin = new RunOrigin("AIDE", "j.json", Digest.Of("j"), "as AIDE measured it", []) } } });
        PullRequest.Refusal(imported, id, null).ShouldBe("sample-1 was imported from AIDE: its scores are claims that nothing here has graded, so no pull request is made of it. 'agentide show sample-1 --node N' has its code.");
    }

    private static PullRequest Recorded() => PullRequest.Of(RunAccount.Of(RecordedRun.Events), 6, RecordedRun.Code, text => text);

    internal static NodeProposed Proposed(int node, string plan, string code) => new(node, plan, Digest.Of(code), [], null, null);

    internal static NodeFailed Failed(int node, string message) => new(node, new Failure(FailureKind.Exception, message, 3, null));

    /// <summary>The text of a run that has the given words wherever somebody else's may stand.</summary>
    private static string Everywhere(string text, string code, Func<string, string>? redact = null)
    {
        JournalBuilder run = new();
        RunStarted started = (RunStarted)run.Events[0].Event;
        TaskFacts task = Samples.Task("rmse") with { Title = text, Description = text };
        SandboxReport sandbox = new(text, text, text, [new Guarantee("network", true, text), new Guarantee("memory", false, text)]);
        run = new JournalBuilder(task, seed: 1);
        List<RecordedEvent> events = [run.Events[0] with { Event = started with { Task = task, Sandbox = sandbox, Settings = started.Settings with { Policy = "aide", EngineerOption = text, TaskFolder = text } } }];
        void Add(RunEvent @event) => events.Add(new RecordedEvent(events.Count + 1, DateTimeOffset.UnixEpoch.AddSeconds(60 * events.Count), 1, @event));
        void Begin(int node, Operator @operator, params int[] parents) => Add(new NodeStarted(node, @operator, [.. parents], text, []));
        Begin(1, Operator.Draft);
        Add(Proposed(1, text, "a"));
        Add(Failed(1, text));
        Begin(2, Operator.Debug, 1);
        Add(new CallReserved(2, 1, text, Digest.Of("p"), new TokenUsage(5, 0, 5, 0), 0.1m, new DateOnly(2026, 1, 1)));
        Add(new CallEnded(2, 1, Digest.Of("a"), null, null, text, new TokenUsage(5, 0, 5, 0), 0.1m, 1));
        Add(Proposed(2, text, "b"));
        Add(new NodeScored(2, new Score(0.5, ScoreKind.Verified, 0.01, 0.1, [])));
        Add(new NodeReviewed(2, text, true, [new ReviewFinding(1, 2, text, text)]));
        Begin(3, Operator.Draft);
        Add(Proposed(3, text, "c"));
        Add(Failed(3, text));
        Add(new HintGiven(text, text));
        Add(new BranchAsked(2, text, text, Plan: text));
        Add(new NodeStarted(4, Operator.Improve, [2], text, [], Asked: 1));
        Add(Proposed(4, text, "d"));
        Add(new NodeScored(4, new Score(0.6, ScoreKind.Verified, 0.01, null, [new Comparison(2, -0.1, 0.01)])));
        Add(new NodeRejected(4, text, text));
        Add(new SolutionChosen(2, text, RunEnding.Stopped));
        Add(new SolutionRefitted(2, false, null, Digest.Of("s"), text));
        Add(new RunFinished(RunEnding.Stopped, text, Digest.Of("j")));
        Add(new PrivateScored(0.5, null, text, null, 3));
        Add(new NodeAudited(2, DateTimeOffset.UnixEpoch, [new AuditExecution(2, text, 1, text)], [new AuditFinding(AuditKind.Gap, AuditSeverity.Warning, 2, null, text, AuditBasis.Executed)]));
        return PullRequest.Of(RunAccount.Of(events), 2, code, redact ?? (words => words)).Body;
    }

    /// <summary>A line of improvements, each from the one before it, and as many vain drafts.</summary>
    private static PullRequest Large(int steps, string text)
    {
        JournalBuilder run = new(Samples.Task("accuracy") with { Description = string.Join('\n', Enumerable.Repeat(text, 40)) });
        for (int step = 0; step < steps; step++)
        {
            int parent = step == 0 ? 0 : (2 * step) - 1;
            run.Begin(step == 0 ? Operator.Draft : Operator.Improve, step == 0 ? [] : [parent]).Add(Proposed((2 * step) + 1, $"{step} {text}", $"{step}")).Score(step);
            run.Begin(Operator.Draft).Add(Proposed((2 * step) + 2, text, $"x{step}")).Add(Failed((2 * step) + 2, text));
        }

        string code = string.Join('\n', Enumerable.Repeat($"import socket # {text}", 200));
        return PullRequest.Of(RunAccount.Of(run.Events), (2 * steps) - 1, steps > 100 ? code : "x = 1", words => words);
    }

    /// <summary>What stands in what, without the words.</summary>
    private static string Outline(string body)
    {
        StringBuilder outline = new();
        foreach (MarkdownObject part in Markdown.Parse(body, GitHub).Descendants())
        {
            // Texts fall into pieces at escapes.
            outline.Append(part switch
            {
                LiteralInline or HtmlEntityInline => "",
                HtmlBlock html => $"{html.Lines}\n",
                FencedCodeBlock code => $"code {code.Info}\n",
                HeadingBlock heading => $"heading {heading.Level} {body.Substring(heading.Span.Start, heading.Span.Length)}\n",
                CodeInline code => $"`{code.Content}`\n",
                _ => $"{part.GetType().Name}\n",
            });
        }

        return outline.ToString();
    }
}
