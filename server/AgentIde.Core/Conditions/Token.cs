namespace AgentIde.Core.Conditions;

/// <param name="Start">In the source.</param>
/// <param name="End">Exclusive.</param>
/// <param name="Text">Of a word as it is written, or what a text in quotes says; empty for all else.</param>
/// <param name="Number">In the base of its unit: seconds, bytes, dollars, a part of 1.</param>
internal readonly record struct Token(TokenKind Kind, int Start, int End, string Text = "", double Number = 0, ConditionUnit Unit = ConditionUnit.Plain);

internal enum TokenKind
{
    End,
    Word,
    Text,
    Number,
    And,
    Or,
    Not,
    Bang,
    In,
    Contains,
    Matches,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
}
