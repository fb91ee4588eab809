namespace AgentIde.MleBench.Metrics;

/// <summary>Losses of probabilities.</summary>
internal static class Logarithmic
{
    /// <summary>What scikit-learn clips probabilities of doubles with.</summary>
    public const double Epsilon = 2.220446049250313e-16;

    public static double Clip(double probability, double epsilon) => Math.Clamp(probability, epsilon, 1 - epsilon);

    /// <summary>Minus the logarithm of what the true class was given, as probability of class 1; either class is clipped.</summary>
    public static double Binary(bool truth, double given) => -Math.Log(Clip(truth ? given : 1 - given, Epsilon));

    /// <summary>The same, where the probability of class 1 alone is clipped.</summary>
    public static double Binary(bool truth, double given, double epsilon)
    {
        double clipped = Clip(given, epsilon);
        return -Math.Log(truth ? clipped : 1 - clipped);
    }
}
