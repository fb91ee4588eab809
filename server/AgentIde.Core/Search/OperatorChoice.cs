using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>
/// Which operator works on a node: of those that fit, by Thompson sampling. For each a rate of gains is drawn from what
/// it brought in this run and a few tries elsewhere, and the highest wins. What the engineer does not take is never chosen, and what came to no
/// answer for a node is not asked for it again.
/// </summary>
internal static class OperatorChoice
{
    /// <summary>A program of no more lines is short, whatever the others have.</summary>
    private const int ManyLines = 100;

    /// <summary>Times the lines of the run's usual program: what has more is long.</summary>
    private const double Long = 1.5;

    /// <summary>Times the time of the run's usual program: what takes more is slow.</summary>
    private const double Slow = 2;

    /// <summary>Of the run's time: what takes less is quick, whatever the others take.</summary>
    public const double Quick = 0.02;

    /// <summary>What counts for a merge before it was tried whose blend was seen to gain by more than chance.</summary>
    private static readonly (int Tries, int Gains) Promised = (10, 10);

    /// <summary>The steps with one parent that fit a valid node.</summary>
    /// <param name="node">What is said of the node, as the beginning of a sentence.</param>
    public static IEnumerable<Decision> Open(Journal journal, int ground, string node)
    {
        if (Takes(journal, Operator.Improve))
        {
            yield return new Decision(Operator.Improve, [ground], $"{node}.");
        }

        foreach (Operator @operator in (Operator[])[Operator.Tune, Operator.Ablate])
        {
            if (MayVary(@operator) && !Failed(journal, @operator, ground))
            {
                yield return new Decision(@operator, [ground], $"{node}.");
            }
        }

        if (MayVary(Operator.Simplify) && !Tried(journal, Operator.Simplify, [ground]) && TooMuch(journal, ground) is { } weight)
        {
            yield return new Decision(Operator.Simplify, [ground], $"{node} and {weight}.");
        }

        bool MayVary(Operator @operator) => Takes(journal, @operator) && BuiltInEngineer.MayVary(journal, journal[ground], @operator);
    }

    /// <summary>One of them, by a draw for each in turn; null where there is none.</summary>
    public static Decision? Draw(Journal journal, Belief belief, Draws draws, IEnumerable<Decision> open)
    {
        OperatorRecord record = new(journal, belief);
        (double Rate, Decision Decision)? chosen = null;
        foreach (Decision decision in open)
        {
            (int tries, int gains) = record[decision.Operator];
            (int before, int gained) = decision is { Operator: Operator.Merge, Parents: [int one, int other] } && MergeChoice.Promise(journal, one, other) is { IsClear: true, Gain: > 0 }
                ? Promised
                : Elsewhere(decision.Operator, tries);
            double rate = BetaDraw.Next(draws, tries + before, gains + gained);
            if (chosen is null || rate > chosen.Value.Rate)
            {
                chosen = (rate, decision with { Why = $"{decision.Why} {Past(decision.Operator, tries, gains)}" });
            }
        }

        return chosen?.Decision;
    }

    /// <summary>
    /// What a run counts for an operator before it has tried it: a few tries as they went in recorded runs (<c>docs/decisions/0238</c>, <c>0241</c>), which a dozen of its own
    /// outweigh. The first Improve has what promises most, and gains far more often than those after it.
    /// </summary>
    private static (int Tries, int Gains) Elsewhere(Operator @operator, int tries) => @operator switch
    {
        Operator.Improve => tries == 0 ? (10, 8) : (6, 2),
        Operator.Merge => (3, 2),
        Operator.Tune => (5, 1),
        Operator.Ablate => (6, 0),
        Operator.Simplify => (3, 0),
        _ => (0, 0),
    };

    public static bool Takes(Journal journal, Operator @operator) => journal.Settings?.Operators?.Contains(@operator) ?? true;

    /// <summary>
    /// Whether a node tells only that an operator has nothing where it was asked: it came to no answer, and is not asked for there again, so
    /// nothing was tried. Drafts and Improve are asked for again, so that theirs count.
    /// </summary>
    public static bool HadNothing(Node node) => node.Failure?.Kind == FailureKind.NoAnswer && IEngineer.IsVariation(node.Operator);

    private static bool Failed(Journal journal, Operator @operator, int parent) =>
        journal[parent].Children.Any(child => journal[child] is var node && node.Operator == @operator && HadNothing(node));

    public static bool Tried(Journal journal, Operator @operator, ImmutableArray<int> parents) =>
        journal[parents[0]].Children.Any(child => journal[child] is var node && node.Operator == @operator && node.Parents.SequenceEqual(parents));

    /// <summary>Why a program is worth being made simpler; null where it is short and fast beside the run's others, which all may be long or slow.</summary>
    private static string? TooMuch(Journal journal, int ground)
    {
        Node[] others = [.. journal.Nodes.Where(node => node is { IsValid: true, Rejected: null })];
        if (journal[ground].Lines is { } lines and > ManyLines && lines > Long * Belief.Median([.. others.Select(node => (double?)node.Lines).OfType<double>()]))
        {
            return string.Create(CultureInfo.InvariantCulture, $"has {lines} lines, more than half as many again as usual");
        }

        double[] times = [.. others.Select(node => journal.Executed(node.Id).Execution?.Seconds).OfType<double>()];
        return journal.Executed(ground).Execution is { Seconds: var seconds } && times.Length > 0 && Belief.Median(times) is var usual
            && seconds > Math.Max(Slow * usual, Quick * journal.Settings!.Budget.Seconds)
            ? string.Create(CultureInfo.InvariantCulture, $"takes {seconds:0.#} s, more than twice the usual {usual:0.#} s")
            : null;
    }

    private static string Past(Operator @operator, int tries, int gains)
    {
        string name = @operator.ToString();
        return tries == 0 ? $"{name} has not been tried." : $"{name} has gained {gains} of {tries} times.";
    }
}
