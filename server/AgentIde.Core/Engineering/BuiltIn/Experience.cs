using System.Collections.Immutable;
using AgentIde.Core.Engineering.BuiltIn.Mends;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// What paid in this run so far. A move's worth starts at its promise and moves towards what it, and other moves of
/// its kind, brought: gains over the parent in paired standard errors, on the holdout and out of fold, cut at 3 so that one stroke of luck or one
/// broken program does not decide.
/// </summary>
internal sealed class Experience
{
    private const double PromiseWeight = 2;
    private const double KindWeight = 0.35;
    private const double Cut = 3;

    /// <summary>What a change is worth that changes no prediction: it has cost a node.</summary>
    private const double Nothing = -0.25;

    private readonly Dictionary<string, (double Gain, int Count)> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (double Gain, int Count)> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (double Score, Part Part)> _alone = new(StringComparer.Ordinal);
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missingModules = new(StringComparer.Ordinal);
    private readonly HashSet<Digest> _codes = [];
    private readonly Belief _belief;

    public Journal Journal { get; }

    public Experience(Journal journal)
    {
        Journal = journal;
        _belief = new Belief(journal);
        foreach (Node node in journal.Nodes)
        {
            if (node.Code is { } code)
            {
                _codes.Add(code);
            }

            if (node.IsDone && Notes.Of(node) is { } notes)
            {
                Learn(node, notes);
            }
        }
    }

    /// <summary>Mends of the data that led to a score: every later recipe starts with them.</summary>
    public ImmutableArray<Part> Lessons { get; private set; } = [];

    /// <summary>What a node's score is believed to be, in the metric's units; null where it has none.</summary>
    public double? Believed(Node? node) => node is { IsValid: true } ? _belief.Of(node) : null;

    public bool WasTried(string code) => _codes.Contains(Digest.Of(code));

    /// <summary>The node of a program, in brackets and after a blank; empty where none has it.</summary>
    public string TriedIn(string code) => Digest.Of(code) is var digest && Journal.Nodes.FirstOrDefault(node => node.Code == digest) is { } node ? $" (node {node.Id})" : "";

    /// <summary>Whether it runs here, as far as the run has shown.</summary>
    public bool IsThere(ModelFamily family) =>
        (family.Module is not { } module || !_missingModules.Contains(module))
        && !(Lessons.Any(part => part.Component == RareClasses.Key) && RareClasses.Fragile.Contains(family.Name));

    /// <summary>The best score of the family by itself, as it is believed to be, with its parameters; null where it has none.</summary>
    public (double Score, Part Part)? Alone(ModelFamily family) => _alone.TryGetValue(family.Name, out var known) ? known : null;

    /// <summary>Whether the family was tried and never came to a score.</summary>
    public bool IsBroken(ModelFamily family) => _broken.Contains(family.Name) && !_alone.ContainsKey(family.Name);

    public double Worth(Move move) => Worth(move.Kind, move.Name, move.Promise);

    /// <summary>As of a move of that kind and name.</summary>
    public double Worth(string kind, string name, double promise)
    {
        (double kindGain, int kindCount) = _kinds.GetValueOrDefault(kind);
        (double gain, int count) = _names.GetValueOrDefault(name);
        double evidence = (PromiseWeight * promise) + (KindWeight * (kindGain - gain)) + gain;
        return evidence / (PromiseWeight + (KindWeight * (kindCount - count)) + count);
    }

    /// <summary>What moves of this name brought on average; 0 where none was tried.</summary>
    public double Gained(string name) => _names.TryGetValue(name, out (double Gain, int Count) known) ? known.Gain / known.Count : 0;

    /// <summary>Components of the recipe that are not known to lose in this run.</summary>
    public HashSet<string> WorthKeeping(Recipe recipe) => [.. recipe.Parts.Select(part => part.Component).Where(name => Gained(name) >= 0)];

    private void Learn(Node node, Notes notes)
    {
        var models = notes.Recipe.Models.ToList();
        if (node.IsValid)
        {
            Lessons = new Recipe(Lessons).With(notes.Parts.Where(part => Catalogue.Get(part.Component) is Mend { IsOfTheData: true })).Parts;
        }

        if (node.IsValid && models is [var only])
        {
            if (!_alone.TryGetValue(only.Family.Name, out var known) || Journal.Task!.Metric.IsBetter(_belief.Of(node), known.Score))
            {
                _alone[only.Family.Name] = (_belief.Of(node), only.Part);
            }
        }

        if (node.Failure is { } failure)
        {
            if (models is [var alone])
            {
                _broken.Add(alone.Family.Name);
            }

            foreach (ModelFamily family in models.Select(model => model.Family))
            {
                if (family.Module is { } module && OtherModule.Phrases.Any(phrase => failure.Message.Contains(phrase, StringComparison.Ordinal))
                    && failure.Message.Contains(module, StringComparison.OrdinalIgnoreCase))
                {
                    _missingModules.Add(module);
                }
            }
        }

        if (node.Operator is not (Operator.Improve or Operator.Tune or Operator.Ablate))
        {
            return;
        }

        Comparison? comparison = node.Score?.Comparisons.FirstOrDefault(one => one.Other == node.Parent);
        double gain = node.IsBuggy ? -1
            : comparison is null ? 0
            : comparison is { Gain: 0, StandardError: 0 } ? Nothing
            : Math.Clamp(_belief.Errors(node, Journal[comparison.Other], comparison) ?? (Cut * Math.Sign(comparison.Gain)), -Cut, Cut);
        Add(_kinds, notes.Kind, gain);
        Add(_names, notes.Name, gain);
    }

    private static void Add(Dictionary<string, (double Gain, int Count)> known, string key, double gain)
    {
        (double sum, int count) = known.GetValueOrDefault(key);
        known[key] = (sum + gain, count + 1);
    }
}
