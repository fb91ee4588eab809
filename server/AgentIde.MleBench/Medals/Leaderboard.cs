using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench.Medals;

/// <summary>The scores of a competition's teams in the order of their file, best first, as MLE-bench takes medals from them.</summary>
public sealed class Leaderboard
{
    private readonly double[] _scores;

    /// <exception cref="ArgumentException">No team.</exception>
    public Leaderboard(IEnumerable<double> scores)
    {
        _scores = [.. scores];
        if (_scores.Length == 0)
        {
            throw new ArgumentException("A leaderboard needs a team.", nameof(scores));
        }
    }

    public int Teams => _scores.Length;

    /// <summary>Thresholds by MLE-bench's rule. Lower is better if the first score is below the last.</summary>
    public MedalThresholds Thresholds
    {
        get
        {
            (int gold, int silver, int bronze) = Places(Teams);
            return new MedalThresholds(_scores[gold - 1], _scores[silver - 1], _scores[bronze - 1], Median(), _scores[0] < _scores[^1]);
        }
    }

    /// <summary>The last place, from 1, of each medal among so many teams.</summary>
    public static (int Gold, int Silver, int Bronze) Places(int teams)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(teams, 1);
        return teams switch
        {
            < 100 => (Share(0.1), Share(0.2), Share(0.4)),
            < 250 => (10, Share(0.2), Share(0.4)),
            < 1000 => (10 + (int)(teams * 0.002), 50, 100),
            _ => (10 + (int)(teams * 0.002), Share(0.05), Share(0.1)),
        };

        int Share(double part) => Math.Max(1, (int)(teams * part));
    }

    /// <summary>From a <c>leaderboard.csv</c> of MLE-bench: its column <c>score</c>.</summary>
    /// <exception cref="InvalidDataException">No leaderboard; the message says why.</exception>
    public static Leaderboard Read(string path)
    {
        try
        {
            Table table = TableReader.Read(File.ReadAllBytes(path), TableLimits.Usual, "leaderboard");
            return table.Rows == 0 ? throw new NoScoreException("no teams") : new Leaderboard(table["score"].Numbers);
        }
        catch (NoScoreException problem)
        {
            throw new InvalidDataException($"{path} is no leaderboard: {problem.Message}", problem);
        }
    }

    /// <summary>Of the two in the middle the mean; missing scores are passed over.</summary>
    private double Median()
    {
        double[] sorted = [.. _scores.Where(score => !double.IsNaN(score)).Order()];
        int middle = sorted.Length / 2;
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
