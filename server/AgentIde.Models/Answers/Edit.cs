using System.Collections.Immutable;

namespace AgentIde.Models.Answers;

/// <summary>Lines to look for in a program, and those to put in their place.</summary>
/// <param name="Number">Which block of the answer, counted from 1.</param>
internal sealed record Edit(int Number, ImmutableArray<string> Search, ImmutableArray<string> Replace)
{
    private const int Most = 50;

    /// <summary>
    /// The blocks of an answer in the form that <c>git</c> marks conflicts with, <c>&lt;&lt;&lt;&lt;&lt;&lt;&lt; SEARCH</c>,
    /// <c>=======</c>, <c>&gt;&gt;&gt;&gt;&gt;&gt;&gt; REPLACE</c>, each on a line of its own, in fences or not; and where the
    /// first begins. Empty where there is none. The divider is as long as the mark before it where there is one of that
    /// length, since a line of <c>=====</c> may be the program's own, under a title.
    /// </summary>
    /// <exception cref="UnreadableAnswerException">A block is not whole, or there are too many.</exception>
    public static (ImmutableArray<Edit> Edits, int Start) All(string text)
    {
        ImmutableArray<Edit>.Builder edits = ImmutableArray.CreateBuilder<Edit>();
        List<string> search = [], replace = [];
        Place place = Place.Outside;
        int first = -1, divider = -1;
        for (int start = 0; start <= text.Length;)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            string line = text[start..end];
            Mark mark = MarkOf(line);
            int number = edits.Count + 1;
            switch (place, mark)
            {
                case (Place.Outside, Mark.Search):
                    first = first < 0 ? start : first;
                    place = Place.Search;
                    divider = DividerOf(text, end + 1, Length(line));
                    break;
                case (Place.Search, Mark.Divider) when start == divider:
                    place = Place.Replace;
                    break;
                case (Place.Replace, Mark.Replace):
                    edits.Add(new Edit(number, [.. search], [.. replace]));
                    search.Clear();
                    replace.Clear();
                    place = Place.Outside;
                    break;
                case (Place.Search, Mark.Search or Mark.Replace):
                    throw Broken(number, "has no ======= between SEARCH and REPLACE");
                case (Place.Replace, Mark.Search):
                    throw Broken(number, "has no >>>>>>> REPLACE at its end");
                case (Place.Search, _):
                    search.Add(line);
                    break;
                case (Place.Replace, _):
                    replace.Add(line);
                    break;
            }

            if (edits.Count > Most)
            {
                throw new UnreadableAnswerException($"There are more than {Most} edits: give the whole program instead.");
            }

            start = end + 1;
        }

        return place == Place.Outside
            ? (edits.ToImmutable(), first)
            : throw Broken(edits.Count + 1, place == Place.Search ? "has no ======= and no >>>>>>> REPLACE" : "has no >>>>>>> REPLACE at its end");
    }

    private static UnreadableAnswerException Broken(int number, string problem) =>
        new($"Edit {number} {problem}: each edit is <<<<<<< SEARCH, lines of the program, =======, the new lines, >>>>>>> REPLACE.");

    /// <summary>Where the line begins that ends the lines to look for; −1 where none does.</summary>
    private static int DividerOf(string text, int from, int length)
    {
        int other = -1;
        for (int start = from; start <= text.Length;)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            string line = text[start..end];
            switch (MarkOf(line))
            {
                case Mark.Divider when Length(line) == length:
                    return start;
                case Mark.Divider:
                    other = other < 0 ? start : other;
                    break;
                case Mark.Search or Mark.Replace:
                    return other;
            }

            start = end + 1;
        }

        return other;
    }

    private static int Length(string mark) => mark.Trim() is { Length: > 0 } trimmed ? trimmed.Length - trimmed.TrimStart(trimmed[0]).Length : 0;

    private static Mark MarkOf(string line)
    {
        string trimmed = line.Trim();
        if (trimmed.Length is < 5 or > 24)
        {
            return Mark.None;
        }

        string rest = trimmed.TrimStart(trimmed[0]);
        return (trimmed[0], trimmed.Length - rest.Length, rest.Trim().TrimEnd(':').ToUpperInvariant()) switch
        {
            ('<', >= 5 and <= 9, "SEARCH") => Mark.Search,
            ('=', >= 5 and <= 9, "") => Mark.Divider,
            ('>', >= 5 and <= 9, "REPLACE") => Mark.Replace,
            _ => Mark.None,
        };
    }

    private enum Place
    {
        Outside,
        Search,
        Replace,
    }

    private enum Mark
    {
        None,
        Search,
        Divider,
        Replace,
    }
}
