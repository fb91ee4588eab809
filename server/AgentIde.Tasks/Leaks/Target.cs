namespace AgentIde.Tasks.Leaks;

/// <summary>The answers of train, as a probe asks them.</summary>
internal sealed class Target
{
    /// <param name="values">Numbers, or the numbers of classes; one for each row.</param>
    public Target(double[] values, bool isNumber)
    {
        Values = values;
        Codes = isNumber ? null : [.. values.Select(value => (int)value)];
    }

    public double[] Values { get; }

    /// <summary>The class of each row; null where the target is a number.</summary>
    public int[]? Codes { get; }

    /// <summary>What a series can correlate with: a number, or one class against the other; null for more classes than two.</summary>
    public double[]? Series => Codes is null || Codes.Distinct().Count() == 2 ? Values : null;

    /// <summary>Some of the rows.</summary>
    public Target Of(int[] rows) => new([.. rows.Select(row => Values[row])], Codes is null);

    /// <summary>
    /// The share of the target's variance that lies between groups, less what as many groups without a meaning would take;
    /// for classes that of the class which the groups tell best. 0 to 1.
    /// </summary>
    /// <param name="groups">The group of each row, from 0.</param>
    public double Explained(int[] groups, int count)
    {
        if (Codes is null)
        {
            return Explained(groups, count, Values);
        }

        double best = 0;
        foreach ((int code, int rows) in Codes.CountBy(code => code))
        {
            best = rows < 10 ? best : Math.Max(best, Explained(groups, count, [.. Codes.Select(other => other == code ? 1.0 : 0)]));
        }

        return best;
    }

    private static double Explained(int[] groups, int count, double[] values)
    {
        double mean = values.Average(), total = values.Sum(value => (value - mean) * (value - mean));
        double[] sums = new double[count];
        int[] rows = new int[count];
        for (int row = 0; row < values.Length; row++)
        {
            sums[groups[row]] += values[row] - mean;
            rows[groups[row]]++;
        }

        int used = rows.Count(number => number > 0);
        if (total <= 0 || used < 2 || used > values.Length / 10)
        {
            return 0;
        }

        double between = Enumerable.Range(0, count).Where(group => rows[group] > 0).Sum(group => sums[group] * sums[group] / rows[group]);
        double within = (total - between) / (values.Length - used);
        return Math.Max(0, (between - ((used - 1) * within)) / total);
    }
}
