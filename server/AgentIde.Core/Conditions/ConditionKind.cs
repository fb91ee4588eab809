namespace AgentIde.Core.Conditions;

/// <summary>What a value of the condition language is.</summary>
public enum ConditionKind
{
    /// <summary>There is none: the node has no score, no parent, no failure.</summary>
    None,
    Truth,
    Number,
    /// <summary>One of the words of a list, such as an operator's name. It may be written bare, and in any letter case.</summary>
    Word,
    Text,
}
