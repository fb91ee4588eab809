using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Tests;

/// <summary>Folds small runs event by event, one second apart.</summary>
internal sealed class JournalBuilder
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public JournalBuilder(
        TaskFacts? task = null, DataProfile? profile = null, long seed = 1, Budget? budget = null, ProgramLanguage language = ProgramLanguage.Python, ImmutableArray<Operator>? operators = null, string engineer = "builtin/1", string policy = "aide")
    {
        RunSettings settings = new(RunId.Parse("sample-1"), "sample", language.FileName(), engineer, policy, language, seed, 1, budget ?? new Budget(20, 600)) { Operators = operators };
        Add(new RunStarted(settings, task ?? Samples.Task("rmse"), new SandboxReport("none", "1", "Python", [])));
        if (profile is not null)
        {
            Add(new DataProfiled(profile, []));
        }
    }

    public Journal Journal { get; private set; } = Journal.Empty;

    public List<RecordedEvent> Events { get; } = [];

    public JournalBuilder Add(RunEvent @event)
    {
        RecordedEvent recorded = new(Journal.Seq + 1, Start.AddSeconds(Journal.Seq), 1, @event);
        Journal = Journal.Apply(recorded);
        Events.Add(recorded);
        return this;
    }

    /// <summary>A node that is only begun.</summary>
    public JournalBuilder Begin(Operator @operator, params int[] parents) =>
        Add(new NodeStarted(Journal.Nodes.Count + 1, @operator, [.. parents], "chosen", []));

    /// <summary>A node that ends with a score, or fails where it is null.</summary>
    public JournalBuilder Node(Operator @operator, int? parent, double? score)
    {
        Begin(@operator, parent is { } one ? [one] : []);
        int node = Journal.Nodes.Count;
        return score is { } value
            ? Add(new NodeScored(node, new Score(value, ScoreKind.Verified, 0.01, null, [])))
            : Add(new NodeFailed(node, new Failure(FailureKind.Exception, $"ValueError: node {node}", 3, null)));
    }

    public JournalBuilder Propose(Proposal proposal) =>
        Add(new NodeProposed(Journal.Nodes.Count, proposal.Plan, Digest.Of(proposal.Code), proposal.Reasons, proposal.Notes, null, proposal.Code.TrimEnd('\n').Count('\n') + 1));

    public JournalBuilder Score(double value, params Comparison[] comparisons) =>
        Add(new NodeScored(Journal.Nodes.Count, new Score(value, ScoreKind.Verified, 0.01, value, [.. comparisons])));

    public JournalBuilder Execute(Digest output, double seconds = 5)
    {
        int node = Journal.Nodes.Count;
        Add(new ExecutionStarted(node, 1, ExecutionPurpose.Search));
        return Add(new ExecutionEnded(node, 1, ExecutionPurpose.Search, new ExecutionRecord(Ending.Exited, 1, null, false, seconds, seconds, 1 << 20, output, null, null, null)));
    }
}
