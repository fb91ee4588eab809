using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Tests.PullRequests;

/// <summary>A run with all that a text can tell of: models, people's hints, failures, a merge, a review that suspects, a refit that was not taken, a weak sandbox.</summary>
internal static class RichRun
{
    private static readonly string[] Plans =
    [
        "Fit ridge regression on the logarithm of the price: seconds to run, and the mark that others must beat.",
        "Boost trees on [x, y, z] and their products; `depth` may be the height | or not.",
        "Add ratios of weight and dimensions: trees only approach a quotient in steps. See https://example.org/ratios and #12.",
        "Weigh rows by 1/price so that the cheap stones count as much as the dear ones do, since the metric is relative; keep the early stopping as it was, on the last tenth of the rows, and let the learning rate fall by half where nothing was gained for fifty rounds.",
    ];

    private static readonly string[] Failures = ["KeyError: 'colour'", "did not end within 60 s", "MemoryError: Unable to allocate 3.1 GiB for an array with shape (40455, 10368) and data type float64"];

    public static PullRequest Make()
    {
        TaskFacts task = Samples.Task("rmse") with { Title = "Diamond price", Description = "# Diamond price\n\nPredict the price of a diamond from its weight, quality grades and dimensions.\n" };
        RunStarted started = (RunStarted)new JournalBuilder(task, seed: 1).Events[0].Event;
        SandboxReport sandbox = new("docker", "27.3.1", "Python 3.12.4 (numpy 2.1.0, pandas 2.2.3, scikit-learn 1.5.2)", [new Guarantee("network", true, "no interface"), new Guarantee("memory", true, "cgroup"), new Guarantee("disk", false, "the engine's storage driver has no quota")]);
        List<RecordedEvent> events = [];
        void Add(RunEvent @event) => events.Add(new RecordedEvent(events.Count + 1, DateTimeOffset.UnixEpoch.AddSeconds(19 * events.Count), 1, @event));
        Add(started with { Task = task, Sandbox = sandbox, Settings = started.Settings with { Policy = "aide", EngineerOption = "anthropic:claude-opus-5", TaskFolder = "tasks/diamonds" } });
        int node = 0, call = 0;
        void Propose(Operator @operator, params int[] parents)
        {
            Add(new NodeStarted(++node, @operator, [.. parents], "It came next.", []));
            call++;
            Add(new CallReserved(node, call, "anthropic:claude-opus-5", Digest.Of("p"), new TokenUsage(5_000, 0, 2_000, 0), 0.1m, new DateOnly(2026, 1, 1)));
            Add(new CallEnded(node, call, Digest.Of("a"), null, null, "end", new TokenUsage(4_811, 0, 1_203, 0), 0.0541m, 1));
            Add(new NodeProposed(node, Plans[node % Plans.Length], Digest.Of($"{node}"), [], null, null));
        }

        void Score(double score, params Comparison[] comparisons) => Add(new NodeScored(node, new Score(score, ScoreKind.Verified, 0.0123, score - 0.08, [.. comparisons])));
        void Fail() => Add(new NodeFailed(node, new Failure(FailureKind.Exception, Failures[node % Failures.Length], 3, null)));
        for (int draft = 0; draft < 8; draft++)
        {
            Propose(Operator.Draft);
            if (draft is 3 or 5)
            {
                Fail();
            }
            else
            {
                Score(1.9 - (draft * 0.05));
            }
        }

        Add(new HintGiven("nvim", "Try the logarithm of the weight."));
        Propose(Operator.Debug, 4);
        Score(1.62);
        for (int step = 0; step < 12; step++)
        {
            Propose(Operator.Improve, 8);
            Score(1.6 + (0.01 * step), new Comparison(8, -0.05 - (0.01 * step), 0.004));
        }

        Add(new BranchAsked(8, "nvim", null, Plan: Plans[2], Code: Digest.Of("22")));
        Add(new NodeStarted(++node, Operator.Improve, [8], "It was asked for.", [], Asked: 1));
        Add(new NodeProposed(node, Plans[2], Digest.Of("22"), [], null, null));
        Score(1.5, new Comparison(8, 0.05, 0.004));
        Propose(Operator.Improve, 22);
        Fail();
        Propose(Operator.Debug, 23);
        Score(1.5, new Comparison(23, 0, 0));
        Propose(Operator.Merge, 22, 9);
        Score(1.4213, new Comparison(22, 0.0787, 0.0041));
        Propose(Operator.Improve, 25);
        Score(1.4212, new Comparison(25, 0.0001, 0.0041));
        Add(new NodeReviewed(26, "The validation folds are cut after the target was encoded, so that its own score is too good.", true, [new ReviewFinding(12, 14, "leak", "the encoder sees the rows that it is judged by")]));
        Propose(Operator.Improve, 25);
        Score(1.7, new Comparison(25, -0.28, 0.01));
        Add(new NodeRejected(27, "nvim", "It reads a column that is only known afterwards."));
        Add(new SolutionChosen(26, "Node 26 has the best score on the blind holdout, RMSE 1.421 ± 0.012; node 25 follows 0.00010 behind.", RunEnding.NodesSpent));
        Add(new SecondHoldoutOpened(26, 1.4302, 0.0241, 1_734));
        Add(new SolutionRefitted(26, false, null, Digest.Of("s"), "its predictions are far from the blind ones (correlation 0.71)"));
        Add(new RunFinished(RunEnding.NodesSpent, "all nodes of the budget were spent", Digest.Of("j")));
        Add(new PrivateScored(1.4389, "bronze", null, null, 3));
        const string code = "import os\nimport subprocess\n\nsubprocess.run(['nproc'])\nCORES = int(os.environ.get('AGENTIDE_CORES', '1'))\n";
        return PullRequest.Of(RunAccount.Of(events), 26, code, words => words);
    }
}
