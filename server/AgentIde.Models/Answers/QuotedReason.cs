using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Answers;

/// <summary>
/// A reason as a model gives it: <c>- model: `booster = XGBRegressor(` - trees find the interactions</c>. It names its
/// lines by quoting the first of them, as models count lines badly.
/// </summary>
/// <param name="Block">What the lines are for; empty where the model named none.</param>
internal sealed record QuotedReason(string Block, string Line, string Text)
{
    private const int Most = 40;
    private const int TextLimit = 300;
    private const int BlockLimit = 40;

    /// <summary>Every line of the text that has the form.</summary>
    public static ImmutableArray<QuotedReason> All(string text)
    {
        ImmutableArray<QuotedReason>.Builder reasons = ImmutableArray.CreateBuilder<QuotedReason>();
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.Length <= 2_000 && reasons.Count < Most && Read(line.Trim().ToString()) is { } reason)
            {
                reasons.Add(reason);
            }
        }

        return reasons.ToImmutable();
    }

    /// <summary>
    /// Those whose line stands in the code, in the code's order. A reason reaches to the next empty line or to the next
    /// reason, whichever comes first.
    /// </summary>
    public static ImmutableArray<Reason> Place(IEnumerable<QuotedReason> reasons, string code)
    {
        string[] lines = code.TrimEnd('\n').Split('\n');
        Dictionary<string, List<int>> places = Index(lines);
        SortedDictionary<int, QuotedReason> placed = [];
        int last = -1;
        foreach (QuotedReason reason in reasons)
        {
            if (!places.TryGetValue(Key(reason.Line), out List<int>? found) || Key(reason.Line).Length == 0)
            {
                continue;
            }

            // Models go through their program from the top: of equal lines the next one is meant.
            int place = found.FirstOrDefault(line => line > last && !placed.ContainsKey(line), found.FirstOrDefault(line => !placed.ContainsKey(line), -1));
            if (place >= 0)
            {
                placed[place] = reason;
                last = place;
            }
        }

        int[] starts = [.. placed.Keys];
        return [.. starts.Select((start, at) => ToReason(placed[start], start, End(lines, start, at + 1 < starts.Length ? starts[at + 1] : lines.Length)))];
    }

    private static Reason ToReason(QuotedReason reason, int first, int end) => new(
        first + 1,
        end,
        VisibleText.Line(reason.Block.Length > 0 ? reason.Block : reason.Line, BlockLimit),
        VisibleText.Line(reason.Text, TextLimit));

    private static int End(string[] lines, int start, int limit)
    {
        int end = start + 1;
        while (end < limit && !string.IsNullOrWhiteSpace(lines[end]))
        {
            end++;
        }

        return end;
    }

    private static Dictionary<string, List<int>> Index(string[] lines)
    {
        Dictionary<string, List<int>> places = new(StringComparer.Ordinal);
        for (int at = 0; at < lines.Length; at++)
        {
            string key = Key(lines[at]);
            if (!places.TryGetValue(key, out List<int>? found))
            {
                places[key] = found = [];
            }

            // As many as there can be reasons: more are never asked for.
            if (found.Count <= Most)
            {
                found.Add(at);
            }
        }

        return places;
    }

    private static string Key(string line) => line.Trim().TrimEnd(':', '.', '…').TrimEnd();

    private static QuotedReason? Read(string line)
    {
        int open = line.IndexOf('`', StringComparison.Ordinal);
        int close = open < 0 ? -1 : Close(line, open);
        if (close < 0 || line[0] is not ('-' or '*' or '+' or '`') && !char.IsAsciiDigit(line[0]))
        {
            return null;
        }

        int ticks = line.AsSpan(open).IndexOfAnyExcept('`');
        string block = line[..open].TrimStart('-', '*', '+', ' ', '.', ')', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9').Trim().Trim('*', '_', ':', ' ');
        string text = line[(close + ticks)..].TrimStart(' ', '-', '–', '—', ':', '=', '>', '|', '*').Trim();
        return text.Length == 0 || block.Length > 60 ? null : new QuotedReason(block, line[(open + ticks)..close], text);
    }

    /// <summary>The run of ticks that is as long as the opening one.</summary>
    private static int Close(string line, int open)
    {
        int length = line.AsSpan(open).IndexOfAnyExcept('`');
        return length < 0 ? -1 : line.IndexOf(new string('`', length), open + length, StringComparison.Ordinal);
    }
}
