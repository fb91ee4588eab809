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

    /// <summary>One prediction alone, as sure as blends may be; none where it is of numbers. As with <see cref="Of"/>, each is there until the next is asked for.</summary>
    public static IEnumerable<double[]> Surer(PredictionKind kind, double[] one, int width)
    {
        if (!AreChances(kind, one))
        {
            return [];
        }

        double[] scaled = Scaled(kind, one);
        return Sureness.Where(sure => sure != 1).SelectMany(sure => Joined(kind, scaled, scaled, width, [(sure, 0)]));
    }

    /// <summary>Each is there until the next is asked for: all are written into one array.</summary>
    /// <param name="one">One number a row, or as many as there are classes, row by row.</param>
    /// <param name="other">As long.</param>
    /// <param name="width">Numbers a row.</param>
    public static IEnumerable<double[]> Of(PredictionKind kind, double[] one, double[] other, int width) => AreChances(kind, one) && AreChances(kind, other)
        ? Joined(kind, Scaled(kind, one), Scaled(kind, other), width, from weight in Weights from sure in Sureness select (sure * weight, sure * (1 - weight)))
        : Joined(PredictionKind.Values, one, other, width, from weight in Weights select (weight, 1 - weight));

    /// <param name="factors">Of the two.</param>
    private static IEnumerable<double[]> Joined(PredictionKind kind, double[] one, double[] other, int width, IEnumerable<(double One, double Other)> factors)
    {
        double[] joined = new double[one.Length];
        foreach ((double mine, double theirs) in factors)
        {
            for (int i = 0; i < joined.Length; i++)
            {
                joined[i] = (mine * one[i]) + (theirs * other[i]);
            }

            Unscale(kind, joined, width);
            yield return joined;
        }
    }

    private static bool AreChances(PredictionKind kind, double[] predictions)
    {
        if (kind == PredictionKind.Values)
        {
            return false;
        }

        foreach (double value in predictions)
        {
            if (value is not (>= 0 and <= 1))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Logits of one probability, logarithms of several: what is added there is multiplied.</summary>
    private static double[] Scaled(PredictionKind kind, double[] chances)
    {
        double[] scaled = new double[chances.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            double chance = Math.Clamp(chances[i], Least, kind == PredictionKind.Probability ? 1 - Least : 1);
            scaled[i] = kind == PredictionKind.Probability ? Math.Log(chance / (1 - chance)) : Math.Log(chance);
        }

        return scaled;
    }

    /// <summary>Back to probabilities, in place; numbers stay as they are.</summary>
    private static void Unscale(PredictionKind kind, Span<double> sums, int width)
    {
        switch (kind)
        {
            case PredictionKind.Probability:
                foreach (ref double sum in sums)
                {
                    sum = 1 / (1 + Math.Exp(-sum));
                }

                break;
            case PredictionKind.ClassProbabilities:
                for (; !sums.IsEmpty; sums = sums[width..])
                {
                    double total = 0;
                    foreach (ref double sum in sums[..width])
                    {
                        total += sum = Math.Exp(sum);
                    }

                    foreach (ref double sum in sums[..width])
                    {
                        sum /= total;
                    }
                }

                break;
        }
    }
}
