using AgentIde.Core.Runs;

namespace AgentIde.Core.Conditions;

/// <summary>Something that a condition can ask for.</summary>
/// <param name="Name">As it is usually written: <c>seconds</c>.</param>
/// <param name="FullName">With what it belongs to: <c>execution.seconds</c>. Both are understood.</param>
/// <param name="Meaning">One sentence for people, without a full stop.</param>
public sealed record ConditionName(string Name, string FullName, ConditionKind Kind, string Meaning)
{
    public ConditionUnit Unit { get; init; }

    /// <summary>The words that it can come to; null where it is no word.</summary>
    public Vocabulary? Words { get; init; }

    /// <summary>Whether a node has it, so that <c>parent.</c> and <c>best.</c> can stand before it.</summary>
    public bool IsOfNode => OfNode is not null;

    /// <summary>Whether it is only there when its node is done.</summary>
    internal bool IsOfResult { get; init; }

    internal Func<Journal, Node, ConditionValue>? OfNode { get; init; }

    internal Func<Journal, ConditionValue>? OfRun { get; init; }

    internal Func<RecordedEvent, ConditionValue>? OfStep { get; init; }

    /// <summary>Its type in words: <c>number, seconds</c>, <c>word: draft, debug, …</c>.</summary>
    public string Type => Kind switch
    {
        ConditionKind.Truth => "true or false",
        ConditionKind.Word => $"word: {string.Join(", ", Words!.Words)}",
        ConditionKind.Text => "text",
        _ => Unit switch
        {
            ConditionUnit.Metric => "number, in the metric's units",
            ConditionUnit.Seconds => "number, seconds",
            ConditionUnit.Bytes => "number, bytes",
            ConditionUnit.Dollars => "number, dollars",
            ConditionUnit.Share => "number, a part of 1",
            _ => "number",
        },
    };
}
