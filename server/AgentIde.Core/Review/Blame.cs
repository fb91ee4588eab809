using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Review;

/// <summary>
/// Which step wrote each line of a text. Computed anew from texts alone, so it survives edits, formatting and
/// checkouts: a line of a node's code goes down the chain of first parents for as long as the parent had it too, then
/// down that of a second parent, and a line of the editor's text that is not in the code it came from is a person's.
/// </summary>
public sealed class Blame
{
    private readonly ImmutableArray<string> _text;
    private readonly ProgramLanguage _language;

    private Blame(ImmutableArray<string> text, ProgramLanguage language, ImmutableArray<LineOrigin> lines, ImmutableArray<int> source)
    {
        _text = text;
        _language = language;
        Lines = lines;
        Source = source;
    }

    /// <summary>For each line of the text the line (0-based) of the node's code that it was; −1 for a person's.</summary>
    public ImmutableArray<int> Source { get; }

    /// <summary>One for each line of the text.</summary>
    public ImmutableArray<LineOrigin> Lines { get; }

    /// <summary>Its lines ended by "\n".</summary>
    public string Text => string.Join('\n', _text);

    /// <summary>Blame of a node's own code.</summary>
    /// <param name="known">Blame of an ancestor where the caller still has it: the walk ends there.</param>
    /// <exception cref="RunStoreException">The node has no code yet, or a blob of the chain can't be read.</exception>
    public static Task<Blame> OfNodeAsync(
        Journal journal,
        int node,
        Func<Digest, CancellationToken, Task<string>> readText,
        Func<int, Blame?> known,
        CancellationToken cancellationToken) => WalkAsync(journal, node, readText, known, looksAside: true, cancellationToken);

    /// <param name="looksAside">Whether second parents are walked too; from there first parents alone, or a tree of merges would be walked over and over.</param>
    private static async Task<Blame> WalkAsync(
        Journal journal,
        int node,
        Func<Digest, CancellationToken, Task<string>> readText,
        Func<int, Blame?> known,
        bool looksAside,
        CancellationToken cancellationToken)
    {
        if (journal[node].Code is not { } code)
        {
            throw new RunStoreException($"Node {node} has no code yet.");
        }

        ImmutableArray<string> text = SourceLines.Of(await readText(code, cancellationToken).ConfigureAwait(false));
        ProgramLanguage language = journal.Settings?.Language ?? ProgramLanguage.Python;
        LineOrigin[] origins = new LineOrigin[text.Length];
        int[] current = [.. Enumerable.Range(0, text.Length)];
        ImmutableArray<string> lines = text;
        foreach (Node child in journal.Lineage(node))
        {
            int[] older = Unwritten(lines.Length);
            Blame? ancestor = null;
            ImmutableArray<string> parentLines = [];
            if (child.Parent is { } parent && journal[parent].Code is { } parentCode)
            {
                ancestor = known(parent);
                parentLines = ancestor?._text ?? SourceLines.Of(await readText(parentCode, cancellationToken).ConfigureAwait(false));
                older = LineMatch.Of(parentLines, lines, language);
            }

            (Blame Blame, int[] Match)? aside = null;
            if (looksAside && child.Parents is [_, int second, ..] && journal[second].Code is not null && Enumerable.Range(0, current.Length).Any(i => current[i] >= 0 && older[current[i]] < 0))
            {
                Blame other = await WalkAsync(journal, second, readText, _ => null, looksAside: false, cancellationToken).ConfigureAwait(false);
                aside = (other, LineMatch.Of(other._text, lines, language));
            }

            bool goesOn = false;
            for (int i = 0; i < current.Length; i++)
            {
                if (current[i] < 0)
                {
                    continue;
                }

                int before = older[current[i]];
                if (before < 0 && aside is var (other, match) && match[current[i]] is >= 0 and var there)
                {
                    origins[i] = other.Lines[there];
                }
                else if (before < 0)
                {
                    origins[i] = new LineOrigin(child.Id, current[i] + 1);
                }
                else if (ancestor is not null)
                {
                    origins[i] = ancestor.Lines[before];
                    before = -1;
                }

                current[i] = before;
                goesOn |= before >= 0;
            }

            if (!goesOn)
            {
                break;
            }

            lines = parentLines;
        }

        return new Blame(text, language, [.. origins], [.. Enumerable.Range(0, text.Length)]);
    }

    /// <summary>Blame of a text that began as this one: what isn't in this one is a person's.</summary>
    public Blame Of(string text)
    {
        ImmutableArray<string> lines = SourceLines.Of(text);
        int[] match = LineMatch.Of(_text, lines, _language);
        return new Blame(lines, _language, [.. match.Select(line => line < 0 ? LineOrigin.Person : Lines[line])], [.. match.Select(line => line < 0 ? -1 : Source[line])]);
    }

    /// <summary>Whether nothing stands on a line (0-based).</summary>
    public bool IsEmpty(int line) => string.IsNullOrWhiteSpace(_text[line]);

    /// <summary>Whether a text is this one to a person's eye.</summary>
    public bool IsOf(string text) => SourceLines.AreSame(_text, SourceLines.Of(text));

    /// <summary>The thoughts whose lines stand in this text, each once, at the first of its lines; newest node first.</summary>
    public ImmutableArray<Thought> Thoughts(Journal journal)
    {
        Dictionary<(int Node, Reason? Reason), int> first = [];
        for (int line = 0; line < Lines.Length; line++)
        {
            if (Lines[line].Node is { } node && !string.IsNullOrWhiteSpace(_text[line]))
            {
                first.TryAdd((node, ReasonOf(journal, Lines[line])), line);
            }
        }

        return
        [
            .. first
                .Select(entry => new Thought(entry.Key.Node, entry.Key.Reason, entry.Value))
                .OrderByDescending(thought => thought.Node)
                .ThenBy(thought => thought.Line),
        ];
    }

    /// <summary>The thought behind a line (0-based); null for a person's line or one that isn't there.</summary>
    public Thought? ThoughtAt(Journal journal, int line) =>
        line >= 0 && line < Lines.Length && Lines[line].Node is { } node ? new Thought(node, ReasonOf(journal, Lines[line]), line) : null;

    /// <summary>The reason with the fewest lines among those that cover the line.</summary>
    private static Reason? ReasonOf(Journal journal, LineOrigin origin)
    {
        Reason? narrowest = null;
        foreach (Reason reason in journal[origin.Node!.Value].Reasons)
        {
            if (reason.FirstLine <= origin.Line && origin.Line <= reason.LastLine
                && (narrowest is null || reason.LastLine - reason.FirstLine < narrowest.LastLine - narrowest.FirstLine))
            {
                narrowest = reason;
            }
        }

        return narrowest;
    }

    private static int[] Unwritten(int count)
    {
        int[] none = new int[count];
        Array.Fill(none, -1);
        return none;
    }
}
