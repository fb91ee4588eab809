using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Answers;

/// <summary>
/// Applies edits one after the other. Lines are looked for as they are, then without white space at their ends, then
/// without indentation too: what replaces them is indented as what was found. Never a guess: lines that stand nowhere,
/// or more than once, are an error that shows where they might have been meant.
/// </summary>
internal static class Editing
{
    private const int Shown = 5;
    private const int LinesLookedAt = 5_000;

    private static readonly ImmutableArray<Func<string, string>> Ways = [line => line, line => line.TrimEnd(), line => line.Trim()];

    /// <exception cref="UnreadableAnswerException">Lines to replace are not in the program, or stand there more than once.</exception>
    public static string Apply(string program, IEnumerable<Edit> edits)
    {
        List<string> lines = [.. program.Split('\n')];
        foreach (Edit edit in edits)
        {
            Apply(lines, edit);
        }

        return string.Join('\n', lines);
    }

    private static void Apply(List<string> lines, Edit edit)
    {
        ImmutableArray<string> search = Core(edit.Search);
        if (search.IsEmpty)
        {
            throw new UnreadableAnswerException($"Edit {edit.Number} has nothing behind SEARCH: give the lines that it replaces, or the whole program.");
        }

        foreach (Func<string, string> way in Ways)
        {
            ImmutableArray<int> found = LineSearch.Find([.. lines.Select(way)], [.. search.Select(way)], Shown + 1);
            if (found.Length > 1)
            {
                string places = string.Join(", ", found.Take(Shown).Select(at => (at + 1).ToString(CultureInfo.InvariantCulture)));
                throw new UnreadableAnswerException(
                    $"Edit {edit.Number} can't be placed: what it searches for stands at lines {places}{(found.Length > Shown ? " and more" : "")}; give more lines of the right place.",
                    Excerpt(lines, found[0], search.Length));
            }

            if (found.Length == 1)
            {
                IEnumerable<string> replacement = Indented(Core(edit.Replace), search[0], lines[found[0]]);
                lines.RemoveRange(found[0], search.Length);
                lines.InsertRange(found[0], replacement);
                return;
            }
        }

        int nearest = Nearest(lines, search);
        throw new UnreadableAnswerException(
            $"Edit {edit.Number} can't be placed: the program has no such lines as \"{VisibleText.Line(search[0], 80)}\"; {(nearest < 0 ? "nothing is like them" : $"the nearest are those from line {nearest + 1}")}. Copy the lines exactly, or give the whole program.",
            nearest < 0 ? "" : Excerpt(lines, nearest, search.Length));
    }

    /// <summary>Without empty lines before and after.</summary>
    private static ImmutableArray<string> Core(ImmutableArray<string> lines)
    {
        int first = 0, end = lines.Length;
        while (first < end && string.IsNullOrWhiteSpace(lines[first]))
        {
            first++;
        }

        while (end > first && string.IsNullOrWhiteSpace(lines[end - 1]))
        {
            end--;
        }

        return lines[first..end];
    }

    private static IEnumerable<string> Indented(ImmutableArray<string> lines, string searched, string found)
    {
        string from = Indentation(searched), to = Indentation(found);
        return from == to ? lines : lines.Select(line =>
            string.IsNullOrWhiteSpace(line) ? ""
            : line.StartsWith(from, StringComparison.Ordinal) ? to + line[from.Length..]
            : to.Length >= from.Length ? to + line.TrimStart() : line.TrimStart());
    }

    private static string Indentation(string line) => line[..^line.TrimStart().Length];

    private static string Excerpt(List<string> lines, int first, int count)
    {
        StringBuilder excerpt = new();
        for (int at = Math.Max(0, first - 1); at < Math.Min(lines.Count, first + Math.Min(count, 12) + 1); at++)
        {
            excerpt.Append(lines[at].Length <= 200 ? lines[at] : lines[at][..200]).Append('\n');
        }

        return AnswerText.WellFormed(excerpt.ToString());
    }

    /// <summary>The line most like the first one searched for, by the words that both have; −1 where none has half of them.</summary>
    private static int Nearest(List<string> lines, ImmutableArray<string> search)
    {
        HashSet<string> wanted = [.. Words(search[0])];
        int best = -1;
        double most = 0.5;
        for (int at = 0; at < Math.Min(lines.Count, LinesLookedAt); at++)
        {
            HashSet<string> words = [.. Words(lines[at])];
            int common = words.Count(wanted.Contains);
            double likeness = common == 0 ? 0 : 2.0 * common / (words.Count + wanted.Count);
            if (likeness >= most && (likeness > most || best < 0))
            {
                (best, most) = (at, likeness);
            }
        }

        return best;
    }

    private static IEnumerable<string> Words(string line)
    {
        string start = line.Length <= 400 ? line : line[..400];
        int first = -1;
        for (int at = 0; at <= start.Length; at++)
        {
            bool isWord = at < start.Length && (char.IsLetterOrDigit(start[at]) || start[at] == '_');
            if (isWord && first < 0)
            {
                first = at;
            }
            else if (!isWord && first >= 0)
            {
                yield return start[first..at];
                first = -1;
            }
        }
    }
}
