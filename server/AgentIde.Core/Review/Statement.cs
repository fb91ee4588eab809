namespace AgentIde.Core.Review;

/// <summary>What a program says at one place, however it is laid out.</summary>
/// <param name="Key">Alike for two statements that a formatter would write alike.</param>
/// <param name="Lines">For each word of it the line (0-based) where that stands. Statements of one key have equally many.</param>
/// <param name="Line">Where it begins.</param>
/// <param name="LastLine">Where it ends.</param>
/// <param name="Header">The line of the statement whose block it stands in; −1 for none, or where indentation means nothing.</param>
/// <param name="IsComment">Whether it is a comment of its own: where that stands means nothing.</param>
internal sealed record Statement(string Key, int[] Lines, int Line, int LastLine, int Header, bool IsComment);
