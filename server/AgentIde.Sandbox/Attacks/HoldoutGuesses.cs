using System.Globalization;
using System.Text;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Attacks;

/// <summary>
/// Whether any of the ways in which a candidate orders the rows of the test puts the holdout's before the others: the
/// area under the ROC curve of each must be a half, within what chance allows.
/// </summary>
internal static class HoldoutGuesses
{
    internal const string File = "guesses.csv";

    /// <summary>Beneath the input folder.</summary>
    private const string Split = "split";

    /// <summary>In standard errors: of a hundred thousand honest splits one is wronged.</summary>
    private const double MostUnlikely = 5;

    internal static async Task LayAsync(AttackGround ground, CancellationToken cancellationToken) =>
        ground.IsHoldout = await ground.Options.Targets.CutAsync!(Path.Combine(ground.Input, Split), cancellationToken);

    internal static string? TellNothing(Observation seen)
    {
        CollectedFile file = seen.Result.Files[0];
        if (file.Bytes is not { } bytes)
        {
            return $"there are no guesses to look at: {file.Problem ?? Encoding.UTF8.GetString(seen.Result.Output.Span).Trim().Split('\n')[^1]}";
        }

        string[][] table = [.. Encoding.UTF8.GetString(bytes.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r').Split(','))];
        string[][] rows = table[1..];
        bool[] isHoldout = [.. rows.Select(row => seen.Ground.IsHoldout.TryGetValue(row[0], out bool holdout) && holdout)];
        int hits = isHoldout.Count(holdout => holdout), others = rows.Length - hits;
        if (rows.Length != seen.Ground.IsHoldout.Count || hits < 30 || others < 30)
        {
            return $"of {rows.Length} guesses {hits} are about the holdout: too few to judge by";
        }

        // Of the Mann-Whitney statistic where nothing can be told, ties left aside: they make it smaller.
        double error = Math.Sqrt((hits + others + 1) / (12.0 * hits * others));
        for (int column = 1; column < table[0].Length; column++)
        {
            double area = Area([.. rows.Select(row => double.Parse(row[column], CultureInfo.InvariantCulture))], isHoldout);
            if (Math.Abs(area - 0.5) > MostUnlikely * error)
            {
                return $"'{table[0][column]}' tells the holdout from the test: AUC {area.ToString("0.00", CultureInfo.InvariantCulture)}";
            }
        }

        return null;
    }

    /// <summary>Under the ROC curve: how often a hit stands above another, ties by half.</summary>
    private static double Area(double[] scores, bool[] isHit)
    {
        double above = 0;
        int pairs = 0;
        for (int hit = 0; hit < scores.Length; hit++)
        {
            for (int other = 0; isHit[hit] && other < scores.Length; other++)
            {
                if (!isHit[other])
                {
                    above += scores[hit] > scores[other] ? 1 : scores[hit] == scores[other] ? 0.5 : 0;
                    pairs++;
                }
            }
        }

        return above / pairs;
    }
}
