namespace AgentIde.Core.Scaling;

/// <summary>The unbiased estimate of pass@k (Chen et al. 2021, arXiv 2107.03374).</summary>
public static class PassAt
{
    /// <summary>The chance that the best of k attempts succeeds, by n attempts of which c did: 1 − C(n − c, k) / C(n, k).</summary>
    /// <exception cref="ArgumentOutOfRangeException">k is more than n.</exception>
    public static double Of(int k, int n, int c)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, n);
        double none = 1;
        for (int taken = 0; taken < k; taken++)
        {
            none *= Math.Max(0.0, n - c - taken) / (n - taken);
        }

        return 1 - none;
    }

    /// <summary>For each k from 1 to n.</summary>
    public static IEnumerable<double> Each(int n, int c) => Enumerable.Range(1, n).Select(k => Of(k, n, c));
}
