namespace AgentIde.Tasks.Metrics;

/// <summary>A score and what each row did to it.</summary>
/// <remarks>
/// The influence of a row is the first-order change of the score by that row's weight (the delta method), scaled for
/// the small sample, so that the variance of the score is the sum of its squares over n². The difference of two
/// scores on the same rows has the difference of the influences.
/// </remarks>
/// <param name="Score">In the metric's units; infinite where predictions are too large to be squared.</param>
/// <param name="Influences">One a row (or a group or block of rows), in the metric's units; their sum is 0 up to rounding, unless a row is the only one, or of its class.</param>
public sealed record MetricValue(double Score, ReadOnlyMemory<double> Influences)
{
    /// <summary>Of the score, in the metric's units.</summary>
    public double StandardError => Norm(Influences.Span) / Influences.Length;

    /// <summary>Of the difference to another score on the same rows, paired by row.</summary>
    /// <exception cref="ArgumentException">The other has another number of rows.</exception>
    public double PairedStandardError(MetricValue other)
    {
        ReadOnlySpan<double> mine = Influences.Span;
        ReadOnlySpan<double> theirs = other.Influences.Span;
        if (mine.Length != theirs.Length)
        {
            throw new ArgumentException($"{mine.Length} rows can't be paired with {theirs.Length}.", nameof(other));
        }

        double squares = 0;
        for (int row = 0; row < mine.Length; row++)
        {
            double difference = mine[row] - theirs[row];
            squares += difference * difference;
        }

        return Math.Sqrt(squares) / mine.Length;
    }

    /// <summary>
    /// The same score with an influence for each group or block of rows, the sum of its rows'. Standard errors then allow
    /// for rows of a unit that are wrong together (Liang and Zeger, Biometrika 73, 1986; for the area under the curve
    /// Obuchowski, Biometrics 53, 1997). Where each row is a unit of its own nothing changes.
    /// </summary>
    /// <param name="units">The unit of each row; at least two different ones.</param>
    /// <exception cref="ArgumentException">The number of rows is another, or there is but one unit.</exception>
    public MetricValue ByUnits(ReadOnlySpan<int> units)
    {
        ReadOnlySpan<double> rows = Influences.Span;
        if (units.Length != rows.Length)
        {
            throw new ArgumentException($"{units.Length} units do not fit {rows.Length} rows.", nameof(units));
        }

        SortedDictionary<int, double> sums = [];
        for (int row = 0; row < rows.Length; row++)
        {
            sums[units[row]] = sums.GetValueOrDefault(units[row]) + rows[row];
        }

        if (sums.Count < 2)
        {
            throw new ArgumentException("One unit alone has no standard error.", nameof(units));
        }

        // Influences of rows are scaled for n rows; those of units are to be for as many units.
        double n = rows.Length;
        double count = sums.Count;
        double scale = count / n * Math.Sqrt(count / (count - 1) * ((n - 1) / n));
        return new MetricValue(Score, sums.Values.Select(sum => sum * scale).ToArray());
    }

    /// <summary>The same score by units where the influences are of several folds, each of which was taken for itself: its units tell how much they differ in it.</summary>
    /// <param name="units">Of each fold, in order, as <see cref="ByUnits"/> takes them.</param>
    /// <exception cref="ArgumentException">The number of rows is another, or a fold has but one unit.</exception>
    public MetricValue ByUnitsOfFolds(IReadOnlyList<int[]> units)
    {
        ReadOnlyMemory<double> left = Influences;
        List<double> all = [];
        int count = units.Sum(fold => fold.Distinct().Count());
        foreach (int[] fold in units)
        {
            if (left.Length < fold.Length)
            {
                throw new ArgumentException($"{units.Sum(one => one.Length)} units do not fit {Influences.Length} rows.", nameof(units));
            }

            // A fold's weight is its share of the rows, and all units are divided by their number once more.
            ReadOnlySpan<double> its = new MetricValue(Score, left[..fold.Length]).ByUnits(fold).Influences.Span;
            foreach (double influence in its)
            {
                all.Add(influence * fold.Length / Influences.Length * count / its.Length);
            }

            left = left[fold.Length..];
        }

        return left.IsEmpty ? new MetricValue(Score, all.ToArray()) : throw new ArgumentException($"{units.Sum(one => one.Length)} units do not fit {Influences.Length} rows.", nameof(units));
    }

    private static double Norm(ReadOnlySpan<double> values)
    {
        double squares = 0;
        foreach (double value in values)
        {
            squares += value * value;
        }

        return Math.Sqrt(squares);
    }
}
