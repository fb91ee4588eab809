using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Grading;

/// <summary>
/// What a program that joins two others could predict, at a few weights. Numbers are averaged. Probabilities are multiplied, each with an exponent: their sum is
/// how sure the blend is, for two models that err in different places may be surer together than either alone.
/// </summary>
internal static class Blend
{
    private const double Least = 1e-6;

    /// <summary>Of the first in the sum of both.</summary>
    private static readonly double[] Weights = [0.25, 0.5, 0.75];

    /// <summary>Sums of the two exponents.</summary>
    private static readonly double[] Sureness = [0.75, 1, 1.4, 2];

    /// <summary>One prediction alone, as sure as blends may be; none where it is of numbers.</summary>
    public static IEnumerable<double[]> Surer(PredictionKind kind, double[] one, int width) =>
        kind == PredictionKind.Values || !one.All(value => value is >= 0 and <= 1) ? [] : Sureness.Where(sure => sure != 1).SelectMany(sure => Of(kind, one, one, width, [0.5], [sure]));

    /// <param name="one">One number a row, or as many as there are classes, row by row.</param>
    /// <param name="other">As long.</param>
    /// <param name="width">Numbers a row.</param>
    public static IEnumerable<double[]> Of(PredictionKind kind, double[] one, double[] other, int width) => Of(kind, one, other, width, Weights, Sureness);

    private static IEnumerable<double[]> Of(PredictionKind kind, double[] one, double[] other, int width, double[] weights, double[] sureness)
    {
        if (kind == PredictionKind.Values || !one.Concat(other).All(value => value is >= 0 and <= 1))
        {
            return from weight in weights select one.Zip(other, (mine, theirs) => (weight * mine) + ((1 - weight) * theirs)).ToArray();
        }

        Func<double, double> scale = kind == PredictionKind.Probability ? Logit : chance => Math.Log(Math.Max(chance, Least));
        double[] mine = [.. one.Select(scale)], theirs = [.. other.Select(scale)];
        return from weight in weights
               from sure in sureness
               select Back(mine.Zip(theirs, (left, right) => sure * ((weight * left) + ((1 - weight) * right))).ToArray());

        double[] Back(double[] sums)
        {
            if (kind == PredictionKind.Probability)
            {
                return [.. sums.Select(sum => 1 / (1 + Math.Exp(-sum)))];
            }

            for (int row = 0; row < sums.Length; row += width)
            {
                Span<double> classes = sums.AsSpan(row, width);
                double most = double.NegativeInfinity, total = 0;
                foreach (double sum in classes)
                {
                    most = Math.Max(most, sum);
                }

                foreach (ref double sum in classes)
                {
                    total += sum = Math.Exp(sum - most);
                }

                foreach (ref double sum in classes)
                {
                    sum /= total;
                }
            }

            return sums;
        }
    }

    private static double Logit(double chance) => Math.Clamp(chance, Least, 1 - Least) is var clipped ? Math.Log(clipped / (1 - clipped)) : 0;
}
