namespace AgentIde.Tasks.Metrics;

/// <summary>What counts as a probability, and how it is kept away from 0 and 1.</summary>
internal static class Probability
{
    /// <summary>How far beyond 0 and 1 rounding may carry a probability; further out is a mistake that clipping would hide.</summary>
    private const double Slack = 1e-6;

    /// <summary>Distance from 1 to the next 64-bit float.</summary>
    private const double Epsilon = 1.0 / (1L << 52);

    public static string? Problem(double probability) =>
        probability is >= -Slack and <= 1 + Slack ? null : "a probability is between 0 and 1";

    public static double Clip(double probability) => Math.Clamp(probability, Epsilon, 1 - Epsilon);
}
