using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AgentIde.Core.Engineering;

namespace AgentIde.Core.Runs;

/// <summary>One candidate solution, as far as the run has come with it.</summary>
public sealed record Node
{
    /// <summary>1, 2, 3, … in the order they were started.</summary>
    public required int Id { get; init; }

    public required Operator Operator { get; init; }

    public required ImmutableArray<int> Parents { get; init; }

    /// <summary>Why the policy chose it.</summary>
    public required string Why { get; init; }

    public ImmutableArray<int> Children { get; init; } = [];

    /// <summary>How many Debug steps in a row led here; 0 for all others.</summary>
    public int DebugDepth { get; init; }

    /// <summary>How many nodes its first parents make up to the root; 0 for a root.</summary>
    [JsonIgnore]
    public int Depth { get; init; }

    /// <summary>The best node of the run when this one got its score; null where it was the first with one.</summary>
    [JsonIgnore]
    public int? BestBefore { get; init; }

    /// <summary>Calls to models that were made for it, in order.</summary>
    [JsonIgnore]
    public ImmutableArray<ModelCall> Calls { get; init; } = [];

    /// <summary>Nothing at all where no model was asked, so that the journal of such a run reads as it always did.</summary>
    [JsonInclude]
    [JsonPropertyName("calls")]
    internal ImmutableArray<ModelCall>? CallsInJson => Calls.IsEmpty ? null : Calls;

    /// <summary>The answer that its program is, where that was asked for with another node.</summary>
    public SampleOf? SampleOf { get; init; }

    /// <summary>Of several answers to one prompt, the call that it was read from; null where there was one.</summary>
    public int? Call { get; init; }

    /// <summary>The calls whose answers hold other programs, each for a node of its own; null where one answer was asked for.</summary>
    public ImmutableArray<int>? Samples { get; init; }

    /// <summary>What a person wanted to be tried with it; null where nobody asked for it.</summary>
    public string? Hint { get; init; }

    /// <summary>The comment of a pull request that it answers; null where it answers none.</summary>
    public ReviewComment? Comment { get; init; }

    /// <summary>A person's plan or program for it; null where nobody gave any.</summary>
    public Given? Given { get; init; }

    /// <summary>Who wrote its program by hand; null where an engineer did.</summary>
    [JsonIgnore]
    public string? Author => Given is { Code: not null, By: var by } ? by : null;

    /// <summary>What an engineer is told that a person wants of it: the plan to go by, and the hint. Null where nobody wants anything.</summary>
    [JsonIgnore]
    public string? Wish => Given is not { Plan: { } plan, Code: null } ? Hint : Hint is null ? plan : $"{plan}\n\n{Hint}";

    public string? Plan { get; init; }

    public Digest? Code { get; init; }

    public ImmutableArray<Reason> Reasons { get; init; } = [];

    public string? Notes { get; init; }

    public int? SameAs { get; init; }

    /// <summary>What the program that made it calls it; null for our own.</summary>
    public NodeOrigin? Origin { get; init; }

    /// <summary>Of the code; null where the log does not say.</summary>
    public int? Lines { get; init; }

    public int Attempts { get; init; }

    public ExecutionRecord? Execution { get; init; }

    /// <summary>Under what its last execution ran; null where there was none.</summary>
    [JsonIgnore]
    public ExecutionSetting? Setting { get; init; }

    /// <summary>The end of what its code has written so far; empty where it isn't running.</summary>
    [JsonIgnore]
    public string OutputSoFar { get; init; } = "";

    public Score? Score { get; init; }

    /// <summary>What came of it on the folds after the first; null where it was not executed on any, as in every run that has none.</summary>
    public NodeFolds? Folds { get; init; }

    /// <summary>Its score over all folds, compared with others that have one; null where it has none.</summary>
    [JsonIgnore]
    public Score? Folded { get; init; }

    /// <summary>Whether its program failed on a fold; one that was cut off there for want of time, or lost, did not.</summary>
    [JsonIgnore]
    public bool FailedOnFold => Folds?.Failed is { IsUntried: not true };

    /// <summary>The score to show: over all folds where it has that one, else on the holdout. What the search compares is <see cref="Score"/>.</summary>
    [JsonIgnore]
    public Score? Standing => Folded ?? Score;

    /// <summary>Against another node over all folds, where both have a score over them and were compared, else on the rows of the holdout; null where they never were.</summary>
    public Comparison? Against(int other) => OverAll(other) ?? Score?.Comparisons.FirstOrDefault(known => known.Other == other);

    /// <summary>The same in words, which say where it is of the first fold and the score is not; null where the two were never compared.</summary>
    public string? ToldAgainst(int other) =>
        OverAll(other) is { } all ? all.Told(Folded!.StandardError) : Against(other) is { } first ? first.Told(Score!.StandardError) + GroundAgainst(other) : null;

    /// <summary><c> on the first fold</c>, where the node has a score over all folds and is compared on the first alone; empty elsewhere.</summary>
    public string GroundAgainst(int other) => Folded is null || OverAll(other) is not null ? "" : " on the first fold";

    private Comparison? OverAll(int other) => Folded?.Comparisons.FirstOrDefault(known => known.Other == other);

    public Failure? Failure { get; init; }

    /// <summary>What a model says of the program; null where none was asked.</summary>
    public NodeReview? Review { get; init; }

    /// <summary>Who wants nothing more of it; null where nobody does.</summary>
    public Rejection? Rejected { get; init; }

    [JsonIgnore]
    public string? LastLine => OutputSoFar.Split('\n').LastOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim();

    [JsonIgnore]
    public int? Parent => Parents.IsEmpty ? null : Parents[0];

    [JsonIgnore]
    public bool IsValid => Score is not null;

    [JsonIgnore]
    public bool IsBuggy => Failure is not null;

    [JsonIgnore]
    public bool IsDone => IsValid || IsBuggy;

    /// <summary>What is under way in it.</summary>
    [JsonIgnore]
    public NodeStage Stage =>
        IsDone ? NodeStage.Done
        : Execution is not null ? NodeStage.Score
        : Code is not null ? NodeStage.Execute
        : NodeStage.Think;
}

public enum NodeStage
{
    Think,
    Execute,
    Score,
    Done,
}

/// <summary>The result of a run: which node, why, and what the refit did.</summary>
public sealed record Choice(int Node, string Why, RunEnding Ending, SolutionRefitted? Refit)
{
    /// <summary>What the node scores on rows that nothing was chosen by; null where the holdout has no such part.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SecondHoldoutOpened? Second { get; init; }
}
