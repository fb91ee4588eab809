namespace AgentIde.Tasks.Leaks;

/// <summary>Pearson's correlation over the rows where both sides have a value.</summary>
internal static class Correlation
{
    /// <summary>Null below the least number of rows, or where a side is constant.</summary>
    public static double? Of(ReadOnlySpan<double> left, ReadOnlySpan<double> right, int least)
    {
        double leftSum = 0, rightSum = 0;
        int count = 0;
        for (int row = 0; row < left.Length; row++)
        {
            if (!double.IsNaN(left[row]) && !double.IsNaN(right[row]))
            {
                leftSum += left[row];
                rightSum += right[row];
                count++;
            }
        }

        if (count < least)
        {
            return null;
        }

        double leftMean = leftSum / count, rightMean = rightSum / count, both = 0, leftSquares = 0, rightSquares = 0;
        for (int row = 0; row < left.Length; row++)
        {
            if (!double.IsNaN(left[row]) && !double.IsNaN(right[row]))
            {
                double one = left[row] - leftMean, other = right[row] - rightMean;
                both += one * other;
                leftSquares += one * one;
                rightSquares += other * other;
            }
        }

        double size = Math.Sqrt(leftSquares) * Math.Sqrt(rightSquares);
        return size > 0 && double.IsFinite(size) ? Math.Clamp(both / size, -1, 1) : null;
    }
}
