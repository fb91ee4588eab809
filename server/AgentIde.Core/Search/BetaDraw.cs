namespace AgentIde.Core.Search;

/// <summary>A rate drawn from what is known of it: Beta(gains + 1, tries − gains + 1), which starts out uniform.</summary>
internal static class BetaDraw
{
    private const int Halvings = 40;

    /// <summary>
    /// One uniform number, put through the inverse of the distribution: so one recorded draw stands for one rate. For
    /// whole numbers the distribution is a sum of binomial terms; the inverse is found by halving, to 1e-12.
    /// </summary>
    public static double Next(Draws draws, int tries, int gains)
    {
        double wanted = draws.NextDouble(), low = 0, high = 1;
        for (int halving = 0; halving < Halvings; halving++)
        {
            double middle = (low + high) / 2;
            (low, high) = Share(tries + 1, gains + 1, middle) < wanted ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>Chance of at least <paramref name="successes"/> of <paramref name="count"/> at this rate: the Beta distribution's own function (DLMF 8.17.5).</summary>
    private static double Share(int count, int successes, double rate)
    {
        double ratio = rate / (1 - rate), term = Math.Pow(1 - rate, count), below = 0;
        for (int hits = 0; hits < successes; hits++)
        {
            below += term;
            term *= ratio * (count - hits) / (hits + 1);
        }

        return 1 - below;
    }
}
