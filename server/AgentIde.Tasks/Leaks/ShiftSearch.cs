namespace AgentIde.Tasks.Leaks;

/// <summary>Looks for the shift at which a column says the target, both in the order of time. NaN for what is not known.</summary>
internal sealed class ShiftSearch(double[] values, double[] target, int least)
{
    /// <summary>Rows on which a shift is tried before all of them: one that holds everywhere holds there.</summary>
    private const int Sampled = 256;

    private const double Promising = 0.97;

    /// <summary>The best shift but 0 and its correlation, where that reaches the bound; null otherwise.</summary>
    public (int Shift, double Correlation)? Best(int farthest, double bound, CancellationToken cancellationToken)
    {
        (int Shift, double Correlation)? best = null;
        foreach (int shift in Enumerable.Range(1, farthest).SelectMany(distance => new[] { distance, -distance }))
        {
            cancellationToken.ThrowIfCancellationRequested();
            int from = Math.Max(0, -shift), length = values.Length - Math.Abs(shift);
            if (length < least)
            {
                break;
            }

            ReadOnlySpan<double> shifted = values.AsSpan(from + shift, length), answers = target.AsSpan(from, length);
            int middle = Math.Max(0, (length - Sampled) / 2), some = Math.Min(Sampled, length - middle);
            if (Correlation.Of(shifted.Slice(middle, some), answers.Slice(middle, some), least) is { } quick && Math.Abs(quick) < Promising)
            {
                continue;
            }

            if (Correlation.Of(shifted, answers, least) is { } whole && Math.Abs(whole) >= bound && Math.Abs(whole) > Math.Abs(best?.Correlation ?? 0))
            {
                best = (shift, whole);
            }
        }

        return best;
    }
}
