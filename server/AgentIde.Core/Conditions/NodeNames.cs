using System.Collections.Immutable;
using AgentIde.Core.Runs;
using static AgentIde.Core.Conditions.ConditionValue;

namespace AgentIde.Core.Conditions;

/// <summary>What a node is and where it stands in the tree.</summary>
internal static class NodeNames
{
    public static ImmutableArray<ConditionName> All { get; } =
    [
        Number("node", "node.id", "The number of the node", (_, node) => Of(node.Id)),
        Word("operator", Vocabulary.Operators, "How the node comes from its parents", (_, node) => Vocabulary.Operators.Value((int)node.Operator)),
        Word("stage", Vocabulary.Stages, "What is under way in it", (_, node) => Vocabulary.Stages.Value((int)node.Stage)),
        Number("parent", "node.parent", "The number of its first parent; none for a draft", (_, node) => Of(node.Parent)),
        Number("parents", "node.parents", "How many parents it has", (_, node) => Of(node.Parents.Length)),
        Number("children", "node.children", "How many nodes come from it", (_, node) => Of(node.Children.Length)),
        Number("depth", "node.depth", "How many nodes its first parents make up to the root", (_, node) => Of(node.Depth)),
        Number("debugDepth", "node.debugDepth", "How many Debug steps in a row led to it", (_, node) => Of(node.DebugDepth)),
        Truth("valid", "Whether it has a valid submission and a score", (_, node) => Of(node.IsValid)) with { IsOfResult = true },
        Truth("buggy", "Whether it has failed", (_, node) => Of(node.IsBuggy)) with { IsOfResult = true },
        Truth("done", "Whether it is valid or buggy", (_, node) => Of(node.IsDone)) with { IsOfResult = true },
        Truth("best", "Whether it is the best node of the run", (journal, node) => Of(journal.Best == node.Id)) with { IsOfResult = true },
        Truth("chosen", "Whether its solution is the result of the run", (journal, node) => Of(journal.Choice?.Node == node.Id)),
        Truth("rejected", "Whether somebody wants nothing more of it", (_, node) => Of(node.Rejected is not null)),
        Truth("applied", "Whether its code was written into a file of the user's", (journal, node) => Of(IsApplied(journal, node))),
        Text("why", "Why the policy chose it", (_, node) => node.Why),
        Text("hint", "What a person wanted to be tried with it", (_, node) => node.Hint),
        Text("author", "Who wrote its program by hand; none where an engineer did", (_, node) => node.Author),
        Text("plan", "What the engineer wants to do", (_, node) => node.Plan),
        Text("notes", "What the engineer notes for itself", (_, node) => node.Notes),
        Text("code", "The digest of its code, 64 hex digits", (_, node) => node.Code?.Hex),
        Number("lines", "node.lines", "How many lines its code has", (_, node) => Of(node.Lines)),
        Number("sameAs", "node.sameAs", "The earlier node with the very same code", (_, node) => Of(node.SameAs)),
        Text("model", "The model whose answer its code is", (journal, node) => node.Calls.IsEmpty && node.SampleOf is null ? null : Answer(journal, node)?.Model),
        Number("node.calls", "node.calls", "Calls to models that were made for it", (journal, node) => RunNames.Told(journal, node.Calls.Length)),
        Number("node.tokens", "node.tokens", "Tokens of its calls that have ended", (journal, node) => RunNames.Told(journal, Tokens(node))),
        Number("node.dollars", "node.dollars", "What its calls that have ended cost", (journal, node) => RunNames.Told(journal, Dollars(node))) with { Unit = ConditionUnit.Dollars },
    ];

    private static ConditionName Number(string name, string fullName, string meaning, Func<Journal, Node, ConditionValue> read) =>
        new(name, fullName, ConditionKind.Number, meaning) { OfNode = read };

    private static ConditionName Truth(string name, string meaning, Func<Journal, Node, ConditionValue> read) =>
        new(name, $"node.{name}", ConditionKind.Truth, meaning) { OfNode = read };

    private static ConditionName Text(string name, string meaning, Func<Journal, Node, string?> read) =>
        new(name, $"node.{name}", ConditionKind.Text, meaning) { OfNode = (journal, node) => OfText(read(journal, node)) };

    private static ConditionName Word(string name, Vocabulary words, string meaning, Func<Journal, Node, ConditionValue> read) =>
        new(name, $"node.{name}", ConditionKind.Word, meaning) { Words = words, OfNode = read };

    /// <summary>A log may come from a stranger, and name an answer of a node that it doesn't have.</summary>
    private static ModelCall? Answer(Journal journal, Node node) =>
        node.SampleOf is { } sample && !journal.Has(sample.Node) ? null : journal.AnswerOf(node);

    private static bool IsApplied(Journal journal, Node node)
    {
        foreach (NodeApplied applied in journal.Applied)
        {
            if (applied.Node == node.Id)
            {
                return true;
            }
        }

        return false;
    }

    private static double Tokens(Node node)
    {
        double tokens = 0;
        foreach (ModelCall call in node.Calls)
        {
            tokens += call.Outcome?.Usage?.Total ?? 0;
        }

        return tokens;
    }

    private static double Dollars(Node node)
    {
        decimal dollars = 0;
        foreach (ModelCall call in node.Calls)
        {
            dollars += call.Outcome?.Dollars ?? 0;
        }

        return (double)dollars;
    }
}
