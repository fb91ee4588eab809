using System.Collections.Immutable;

namespace AgentIde.Models.Answers;

/// <summary>An answer as an object of <c>plan</c>, <c>code</c> and <c>reasons</c>.</summary>
/// <param name="Code">A program, with or without fences, or edits.</param>
/// <param name="Reasons">One a line; or a list of objects of <c>block</c>, <c>line</c> and <c>text</c>.</param>
internal sealed record StructuredAnswer(string Plan, string Code, ImmutableArray<QuotedReason> Reasons)
{
    private const int MostStarts = 8;

    private static readonly ImmutableArray<string> CodeFields = ["code", "program", "solution", "edits"];

    /// <summary>The first object with code in the text: at its start, in a fence, or among other text; null where there is none.</summary>
    public static StructuredAnswer? Find(string text, ImmutableArray<FencedBlock> blocks)
    {
        if (text.StartsWith('{'))
        {
            return Read(text, 0);
        }

        foreach (FencedBlock block in blocks.Take(MostStarts))
        {
            if (block.Content.TrimStart() is ['{', ..] content && Read(content, 0) is { } answer)
            {
                return answer;
            }
        }

        int at = -1;
        for (int tries = 0; blocks.IsEmpty && tries < MostStarts && (at = text.IndexOf('{', at + 1)) >= 0; tries++)
        {
            if (Read(text, at) is { } answer)
            {
                return answer;
            }
        }

        return null;
    }

    private static StructuredAnswer? Read(string text, int start)
    {
        if (LooseObject.Read(text, start) is not { } read || CodeFields.Select(field => read.Value[field]).FirstOrDefault(code => code is not null) is not { } code)
        {
            return null;
        }

        LooseValue? reasons = read.Value.Fields.GetValueOrDefault("reasons");
        return new StructuredAnswer(read.Value["plan"] ?? read.Value["thought"] ?? "", code, reasons is null ? [] : ReasonsOf(reasons));
    }

    /// <summary>One a line of a text; or a list of such lines or of objects of <c>block</c>, <c>line</c> and <c>text</c>.</summary>
    internal static ImmutableArray<QuotedReason> ReasonsOf(LooseValue value) =>
        value.Text is { } text ? QuotedReason.All(text)
        : [.. value.Items.SelectMany(item => item.Text is { } line ? QuotedReason.All(line.TrimStart() is ['-' or '*' or '`', ..] ? line : $"- {line}") : Reason(item))];

    private static IEnumerable<QuotedReason> Reason(LooseValue item) =>
        (item["line"] ?? item["first_line"] ?? item["quote"]) is { } line && (item["text"] ?? item["reason"] ?? item["why"]) is { } text
            ? [new QuotedReason(item["block"] ?? "", line.Trim('`'), text)]
            : [];
}
