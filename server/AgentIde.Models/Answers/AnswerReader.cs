using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Answers;

/// <summary>
/// Reads a plan and a program from whatever form a model chose: text with a fenced program as AIDE asks for, an object,
/// or edits of the parent's program. Time and memory are linear in the answer, which may be hostile.
/// </summary>
public static class AnswerReader
{
    /// <summary>Characters of an answer; a program may have half of it, and JSON escapes can double that.</summary>
    private const int MaximumLength = 2_000_000;

    /// <exception cref="UnreadableAnswerException">There is no program in it; nothing else is thrown, whatever the text.</exception>
    public static Answer Read(string text, AnswerContext context)
    {
        if (text.Length > MaximumLength)
        {
            throw new UnreadableAnswerException($"The answer is longer than {MaximumLength / 1_000_000} million characters.");
        }

        string clean = AnswerText.Of(text);
        ImmutableArray<FencedBlock> blocks = FencedBlock.All(clean);
        if (StructuredAnswer.Find(clean, blocks) is { } structured)
        {
            string inner = AnswerText.WellFormed(structured.Code).Trim('\n');
            // Only what begins with a fence is fenced: a program may hold Markdown of its own.
            bool isFenced = inner.StartsWith("```", StringComparison.Ordinal) || inner.StartsWith("~~~", StringComparison.Ordinal);
            string code = Code(inner, isFenced ? FencedBlock.All(inner) : [], context) is { } found ? found.Code : inner;
            return Finish(structured.Plan, code, structured.Reasons, context);
        }

        if (Code(clean, blocks, context) is { } program)
        {
            return Finish(clean[..program.Start], program.Code, QuotedReason.All(clean[program.End..]), context);
        }

        int start = blocks.IsEmpty ? ProgramText.Start(clean, context.Language) : -1;
        return start >= 0 ? Finish(clean[..start], clean[start..], [], context)
            : blocks.FirstOrDefault(block => !string.IsNullOrWhiteSpace(block.Content)) is { } other ? throw Foreign(other, context.Language)
            : throw Refusal.Of(clean);
    }

    /// <summary>The program that edits or fences give, and which part of the text they are; null where there are neither.</summary>
    private static (string Code, int Start, int End)? Code(string text, ImmutableArray<FencedBlock> blocks, AnswerContext context)
    {
        try
        {
            (ImmutableArray<Edit> edits, int start) = Edit.All(text);
            if (!edits.IsEmpty)
            {
                string parent = context.Parent ?? throw new UnreadableAnswerException("There is no program to edit yet: give the whole program.");
                int end = text.LastIndexOf("REPLACE", StringComparison.OrdinalIgnoreCase);
                int plan = blocks.FirstOrDefault(block => block.Start < start && start < block.End)?.Start ?? start;
                return (Editing.Apply(AnswerText.WellFormed(parent), edits), plan, end);
            }
        }
        catch (UnreadableAnswerException) when (WholeBeside(blocks, context) is { } whole)
        {
            return whole;
        }

        return ProgramText.Choose(blocks, context.Language) is { } block ? (block.Content, Math.Min(block.Start, blocks[0].Start), block.End) : null;
    }

    /// <summary>A whole program that stands beside edits which can't be applied.</summary>
    private static (string Code, int Start, int End)? WholeBeside(ImmutableArray<FencedBlock> blocks, AnswerContext context)
    {
        ImmutableArray<FencedBlock> others = [.. blocks.Where(block =>
            !block.Content.Contains("<<<<<", StringComparison.Ordinal) && !block.Content.Contains(">>>>>", StringComparison.Ordinal)
            && block.Content.Length >= (context.Parent?.Length ?? 0) / 2)];
        return ProgramText.Choose(others, context.Language) is { } whole ? (whole.Content, blocks[0].Start, whole.End) : null;
    }

    private static Answer Finish(string plan, string code, ImmutableArray<QuotedReason> reasons, AnswerContext context)
    {
        string program = ProgramText.Checked(code);
        if (context.Parent is { } parent && ProgramText.IsPieceOf(program, parent))
        {
            throw new UnreadableAnswerException("The code in the answer is a piece of the program and neither reads the input nor writes a submission: give edits with their marks, or the whole program.");
        }

        return new Answer(PlanText.Of(plan), program, QuotedReason.Place(reasons, program));
    }

    private static UnreadableAnswerException Foreign(FencedBlock block, ProgramLanguage language) =>
        new($"The answer's only block of code is marked \"{Prompts.VisibleText.Line(block.Label, 20)}\": the program must be {(language == ProgramLanguage.CSharp ? "C#" : "Python")}.");
}
