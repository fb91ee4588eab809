using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Metrics;

/// <summary>A mask as runs of pixels, in order, without overlap: what is done with it takes time by runs, not by pixels.</summary>
internal sealed class Mask
{
    private readonly List<(long Start, long End)> _runs;

    private Mask(List<(long Start, long End)> runs)
    {
        _runs = runs;
        Count = runs.Sum(run => run.End - run.Start);
    }

    public long Count { get; }

    public IReadOnlyList<(long Start, long End)> Runs => _runs;

    /// <summary>From pairs of a start, counted from 1, and a length.</summary>
    /// <param name="pixels">Of the image; runs are cut there.</param>
    /// <exception cref="NoScoreException">Not an encoding.</exception>
    public static Mask Decode(string text, long pixels)
    {
        List<string> words = PythonText.Words(text);
        long[] numbers = new long[words.Count];
        for (int at = 0; at < numbers.Length; at++)
        {
            numbers[at] = NumberText.TryInteger(words[at], out long number) ? number : throw new NoScoreException($"a mask's '{Short(words[at])}' is not a whole number");
        }

        int starts = (numbers.Length + 1) / 2;
        if (numbers.Length % 2 != 0 && numbers.Length > 3)
        {
            throw new NoScoreException("a mask has a start without a length");
        }

        List<(long, long)> runs = [];
        long last = 0;
        long end = 0;
        for (int at = 0; at < starts && numbers.Length > 1; at++)
        {
            long start = numbers[2 * at];
            long length = numbers.Length == 3 ? numbers[1] : numbers[(2 * at) + 1];
            if (start <= 0 || length <= 0)
            {
                throw new NoScoreException("a mask's starts and lengths must be above 0");
            }

            if (start < last)
            {
                throw new NoScoreException("a mask's starts must be in order");
            }

            last = start;
            long from = start - 1;
            if (from >= pixels)
            {
                continue;
            }

            if (from < end)
            {
                throw new NoScoreException("a mask's runs overlap");
            }

            end = length > pixels - from ? pixels : from + length;
            runs.Add((from, end));
        }

        return new Mask(runs);
    }

    /// <summary>Pixels of both.</summary>
    public long Common(Mask other)
    {
        long common = 0;
        int there = 0;
        foreach ((long start, long end) in _runs)
        {
            while (there < other._runs.Count && other._runs[there].End <= start)
            {
                there++;
            }

            for (int at = there; at < other._runs.Count && other._runs[at].Start < end; at++)
            {
                common += Math.Min(end, other._runs[at].End) - Math.Max(start, other._runs[at].Start);
            }
        }

        return common;
    }

    /// <summary>2 |A and B| / (|A| + |B|); NaN if both are empty.</summary>
    public double Dice(Mask other) => 2.0 * Common(other) / (Count + other.Count);

    private static string Short(string word) => word.Length > 40 ? $"{word[..40]}…" : word;
}
