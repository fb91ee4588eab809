using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// Does what a person's hint asks for, as far as it names what the engineer knows, and says what it does not do. It reads
/// words and no more, clause by clause (<see cref="Clause"/>): <c>no xgboost</c> and <c>ridge instead of trees</c> are about as
/// much as it understands. What it does not understand it does not act on.
/// </summary>
internal sealed class Wishes(Problem problem, double? score, Experience experience, double seconds)
{
    /// <summary>What is told of it where a part of a hint is not done.</summary>
    internal const string Undone = "Of the hint it does not do this: ";

    /// <summary>A plan without what is told at its end of a hint's part that was not done: that is about the hint, not about the program.</summary>
    internal static string WithoutRemark(string plan) =>
        ((string[])[Undone, Mentions, Unknown, Comes]).Select(remark => plan.IndexOf(remark, StringComparison.Ordinal)).Where(at => at > 0).DefaultIfEmpty(plan.Length).Min() is var end ? plan[..end].TrimEnd() : plan;

    private const string Unknown = "The hint names nothing that this engineer knows";
    private const string Comes = "What the hint asks for comes to ";

    private const string Mentions = "The hint asks for nothing that this engineer can do by what it names.";

    /// <summary>The part of a hint that is a topic, and whether it is asked for or asked away.</summary>
    /// <param name="At">Its place in the hint.</param>
    /// <param name="IsInstead">Whether it is to stand in the place of the other models.</param>
    /// <param name="Number">What it is to be set to; null where the hint gives no number.</param>
    internal readonly record struct Named(Topic Topic, bool IsWanted, int At, bool IsInstead, double? Number);

    /// <summary>
    /// What the hint makes of a recipe, or of a <paramref name="basis"/>, an idea for one; null where it changes nothing.
    /// The sentence says what was not done and why, or is empty.
    /// </summary>
    public (Idea? Idea, string Said) Grant(string hint, Recipe recipe, Idea? basis)
    {
        ImmutableArray<Named> named = Read(hint);
        if (named.IsEmpty)
        {
            return (null, OnlyMentions(hint) ? Mentions : $"{Unknown}; it knows {string.Join(", ", Known.Select(topic => topic.Title).Distinct())}.");
        }

        List<Move> done = [];
        List<string> refused = [];
        foreach (Named one in named)
        {
            (Topic topic, bool isWanted, _, _, double? number) = one;
            if (Find(one, recipe, named) is { } move)
            {
                done.Add(move);
                recipe = move.After;
            }
            else if (basis is null || topic.Family is null || !isWanted || !recipe.Has(topic.Family.Name))
            {
                refused.Add(Because(topic, isWanted, recipe, number));
            }
        }

        string said = refused.Count == 0 ? "" : $"{Undone}{string.Join("; ", refused)}.";
        if (done.Count == 0)
        {
            return (null, said);
        }

        (Recipe after, ImmutableArray<string> left) = Brevity.Around(problem, recipe, named.Select(one => one.Topic.Component).OfType<string>().ToHashSet());
        string code = Composer.Compose(problem, after).Code;
        if (!Brevity.Holds(code) || experience.WasTried(code))
        {
            return (null, Brevity.Holds(code) ? $"{Comes}a program that was tried already{experience.TriedIn(code)}." : $"{Comes}a program of more than {Brevity.MostLines} lines.");
        }

        string room = left.IsEmpty ? "" : $" For room it goes without {PythonText.Names([.. left])}.";
        string plan = string.Join(" ", done.Select(move => move.Plan)) + room;
        return (new Idea(
            basis?.Kind ?? (done.Count == 1 ? done[0].Kind : "several"),
            basis?.Name ?? string.Join(", ", done.Select(move => move.Name)),
            $"{(basis is null ? "" : $"{basis.Plan} ")}{plan} A person's hint asks for it.",
            after), said);
    }

    /// <summary>The family that the hint wants to start with; null where it names none.</summary>
    public ModelFamily? Start(string hint) => Read(hint).FirstOrDefault(named => named is { IsWanted: true, Topic.Family: not null }).Topic?.Family is { } family && experience.IsThere(family) ? family : null;

    private IEnumerable<Topic> Known => Topic.All.Where(topic => topic.Family?.Fits(problem) ?? (topic.Component != MedianWeights.Key || problem.Language == Runs.ProgramLanguage.CSharp));

    /// <summary>In the order in which the hint names them.</summary>
    internal ImmutableArray<Named> Read(string hint)
    {
        ImmutableArray<Clause> clauses = Clause.Of(hint);
        List<string[]> left = [.. clauses.Select(clause => clause.Words.ToArray())];
        ImmutableArray<Named>.Builder named = ImmutableArray.CreateBuilder<Named>();
        foreach (Topic topic in Known)
        {
            // The first clause that says something of it counts.
            for (int i = 0; i < clauses.Length; i++)
            {
                if (topic.Find(left[i]) is not (int at, int length))
                {
                    continue;
                }

                Array.Fill(left[i], "_", at, length);
                if (clauses[i].Mood == Mood.Asks && clauses[i].IsDenied(at) is { } isDenied && topic.IsMeant(clauses[i].Words, at, ref isDenied))
                {
                    named.Add(new Named(topic, !isDenied, (i * 1000) + at, clauses[i].IsInstead && !isDenied, clauses[i].Number(at, length)));
                    break;
                }
            }
        }

        bool namesModel = named.Any(one => one.Topic.Family is not null);
        return [.. named.Where(one => !namesModel || one.Topic.Title != "a blend").OrderBy(one => one.At)];
    }

    /// <summary>Whether a hint names what the engineer knows, and asks for nothing by it: a question, a reason, a condition.</summary>
    internal bool OnlyMentions(string hint) => Read(hint).IsEmpty && Clause.Of(hint).Any(clause => Known.Any(topic => topic.Find([.. clause.Words]) is not null));

    private Move? Find(Named one, Recipe recipe, ImmutableArray<Named> named)
    {
        (Topic topic, bool isWanted, _, bool isInstead, double? number) = one;
        if (isInstead && topic.Family is { } family && !named.Any(other => other is { IsWanted: false, Topic.Family: not null }))
        {
            return InPlaceOfOthers(family, recipe, named);
        }

        IEnumerable<Move> moves = !isWanted ? Unwanted(topic, recipe) : number is { } value && topic.TakesNumber ? Set(topic, value, recipe, named) : Wanted(topic, recipe, named);
        return Chosen(moves);
    }

    private Move? Chosen(IEnumerable<Move> moves)
    {
        List<(Move Move, double Seconds)> found = [.. moves.Select(move => (move, Costs.Seconds(problem, move.After)))];
        return found.Count == 0 ? null
            : found.Any(entry => entry.Seconds <= seconds) ? found.Where(entry => entry.Seconds <= seconds).MaxBy(entry => experience.Worth(entry.Move)).Move
            : found.MinBy(entry => entry.Seconds).Move;
    }

    /// <summary>A model instead of those that the hint does not ask for; null where it does not fit or stands alone already.</summary>
    private Move? InPlaceOfOthers(ModelFamily family, Recipe recipe, ImmutableArray<Named> named)
    {
        ModelFamily[] others = [.. recipe.Models.Select(model => model.Family).Where(other => other != family && !named.Any(one => one.IsWanted && one.Topic.Family == other))];
        if (others.Length == 0 || !family.Fits(problem) || !experience.IsThere(family))
        {
            return null;
        }

        Recipe with = recipe.Has(family.Name) ? recipe : recipe.Add(experience.Alone(family)?.Part ?? family.Default(problem));
        Recipe after = others.Aggregate(with, (left, other) => Improvements.Left(problem, left, other));
        return new Move("blend", $"{family.Name} instead", $"Puts {family.Words(problem)} in the place of {PythonText.Names([.. others.Select(other => other.Words(problem))])}.", 1, after);
    }

    /// <summary>What a person gives a number for, set to it; none where no program comes of it that has the number.</summary>
    private IEnumerable<Move> Set(Topic topic, double number, Recipe recipe, ImmutableArray<Named> named)
    {
        string text = PythonText.Number(number);
        string[] families = [.. named.Where(one => one.IsWanted).Select(one => one.Topic.Family?.Name).OfType<string>()];
        Move[] moves = topic.Setting == SeedBag.Setting
            ? [.. number is >= 2 and <= 20 && number == Math.Floor(number) && recipe.Models.Any(model => model.Family.HasChance(model.Part)) ? (Move[])[new("seeds", $"{text} seeds", $"Fits each model {text} times with other seeds and averages.", 1, recipe.Put(Part.Of(SeedBag.Key).Set(SeedBag.Setting, number)))] : []]
            : topic.Setting == FoldSplit.Setting
            ? [new Move("folds", $"{text} folds", $"Uses {text} folds.", 1, recipe.Put((recipe[FoldSplit.Key] ?? Part.Of(FoldSplit.Key)).Set(FoldSplit.Setting, number)))]
            : [.. recipe.Models.Where(model => (families.Length == 0 || families.Contains(model.Family.Name)) && model.Part.With.ContainsKey(topic.Setting!))
                .Select(model => new Move("parameters", $"{model.Family.Name} {topic.Setting} {text}", $"Sets {topic.Setting} of {model.Family.Words(problem)} to {text}.", 1, recipe.Put(model.Part.Set(topic.Setting!, number))))];
        return moves.Where(move => Regex.IsMatch(Composer.Compose(problem, move.After).Code, $@"(?<![\w.]){Regex.Escape(text)}(?![\w.])"));
    }

    private IEnumerable<Move> Wanted(Topic topic, Recipe recipe, ImmutableArray<Named> named)
    {
        // The engineer itself takes a logarithm only where metric or skew call for it; a person may know better.
        IEnumerable<Move> moves = Improvements.Moves(problem, recipe, score, experience).Concat(Catalogue.Get(LogTarget.Key).Moves(problem, recipe));
        if (!topic.IsOfParameters)
        {
            return moves.Where(move => topic.Moves(move.Name));
        }

        string[] families = [.. named.Where(one => one.IsWanted).Select(one => one.Topic.Family?.Name).OfType<string>()];
        return moves.Where(move => move.Kind == "parameters" && recipe.Models.Any(model =>
            (families.Length == 0 || families.Contains(model.Family.Name)) && move.Name.StartsWith($"{model.Family.Name} ", StringComparison.Ordinal) && topic.Moves(move.Name[(model.Family.Name.Length + 1)..])));
    }

    private IEnumerable<Move> Unwanted(Topic topic, Recipe recipe) =>
        topic.Component is not { } component || !recipe.Has(component) ? []
        : component == LogTarget.Key ? [new Move("link", "plain target", "Learns the target as it is instead of its logarithm.", 0.6, recipe.Without(component))]
        : Simplifications.Without(problem, recipe).Where(move => move.Name == $"without {component}");

    private static string Because(Topic topic, bool isWanted, Recipe recipe, double? number) =>
        !isWanted ? topic.Component is { } unwanted && recipe.Has(unwanted) ? $"nothing would be left without {topic.Title}" : $"{topic.Title} {topic.Are} not there anyway"
        : number is { } value && topic.TakesNumber ? $"no model here can have {PythonText.Number(value)} for {topic.Title}"
        : topic.Component is { } component && recipe.Has(component) ? $"{topic.Title} {topic.Are} there already"
        : $"{topic.Title} {topic.Do} not fit here";
}
