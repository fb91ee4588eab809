using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// An engineer that needs no model, no key and no network. It composes programs from components, each with a
/// condition and a reason, and learns within a run which kinds of change pay. A pure function of the assignment: the
/// same journal and draws give the same plan and code. It never proposes a program that the run has tried, nor, once
/// there is a score, one that is forecast not to end in time.
/// </summary>
public sealed class BuiltInEngineer : IEngineer
{
    private const string Itself = "builtin/1";

    public string Name => Itself;

    public ImmutableArray<string> Observe(TaskFacts task, DataProfile profile) =>
        [.. task.Metric.Predicts == PredictionKind.Cells ? [] : Observations.Of(new Problem(task, profile, 1)), .. Files(task)];

    public ImmutableArray<Operator> Operators { get; } =
        [Operator.Draft, Operator.Debug, Operator.Improve, Operator.Tune, Operator.Ablate, Operator.Merge, Operator.Simplify];

    /// <exception cref="NoTimeLeftException">There is a score, and nothing that it could propose would end in the time that is left.</exception>
    /// <exception cref="NoAnswerException">It was asked to tune, ablate, merge or simplify what it can't, or where nothing is left.</exception>
    /// <exception cref="InvalidOperationException">The journal holds no task or no profile yet: there is nothing to work on.</exception>
    public async Task<Proposal?> ProposeAsync(Assignment assignment, CancellationToken cancellationToken)
    {
        Journal journal = assignment.Journal;
        if (journal is not { Task: { } task, Profile: { } profile })
        {
            throw new InvalidOperationException("The engineer is asked before the run knows its task and data.");
        }

        if (task.Metric.Predicts == PredictionKind.Cells)
        {
            return SampleCopy.Of(assignment, task);
        }

        Problem problem = new(task, profile, Math.Max(assignment.Limits.Cores, 1)) { Language = journal.Settings?.Language ?? ProgramLanguage.Python };
        Allowance allowance = Allowance.Of(assignment);
        problem = problem with { Pace = Pace.Of(problem, journal, allowance.Negligible) };
        Experience experience = new(journal);
        Node? parent = assignment.Parents.IsEmpty ? null : journal[assignment.Parents[0]];
        (string? hint, int? answered) = IEngineer.IsVariation(assignment.Operator) ? (null, null) : HintFor(journal, assignment.Node);
        Wishes wishes = new(problem, experience.Believed(parent), experience, parent is null ? allowance.Draft : allowance.Improve);
        (Idea? idea, string said) = IEngineer.IsVariation(assignment.Operator) ? (Vary(), "")
            : parent is null || Notes.Of(parent) is not { } notes ? Asked(await StartAsync())
            : assignment.Operator != Operator.Debug ? Improve(parent, notes)
            : hint is null && Outlasted(journal, parent) is { } ground ? Improve(ground, Notes.Of(ground)!)
            : Asked(await MendAsync(parent, notes, allowance.Improve));
        if (idea is null)
        {
            return null;
        }

        double forecast = Costs.Seconds(problem, idea.Recipe);
        if (forecast > allowance.Most && journal.Best is not null && hint is null)
        {
            string what = string.Create(CultureInfo.InvariantCulture, $"{Composer.Words(problem, idea.Recipe)} would take some {forecast:0} s, and at most {allowance.Most:0} s are left for one program");
            throw IEngineer.IsVariation(assignment.Operator) ? new NoAnswerException($"The built-in engineer finds nothing that fits into the time: {what}.") : new NoTimeLeftException($"nothing that {Name} could still propose would end in time: {what}, its refit aside");
        }

        string stranger = parent is not null && Notes.Of(parent) is null ? $" Node {parent.Id} is not of this engineer's making, so it can't be changed part by part." : "";
        string plan = $"{idea.Plan}{stranger}{(said.Length == 0 ? "" : $" {said}")}";
        (string code, ImmutableArray<Reason> reasons) = Composer.Compose(problem, idea.Recipe);
        return new Proposal(plan, code, reasons, new Notes(idea.Kind, idea.Name, Math.Round(forecast, 3), idea.Recipe.Parts, answered).ToJson());

        // What can't be done is said: a node of another kind would be counted as what was asked for.
        Idea Vary()
        {
            Node[] parents = [.. assignment.Parents.Select(id => journal[id])];
            Recipe[] recipes = [.. parents.Select(node => Notes.Of(node)?.Recipe).OfType<Recipe>().Select(recipe => recipe.With(experience.Lessons))];
            if (parents.Length == 0 || recipes.Length < parents.Length || (assignment.Operator == Operator.Merge && recipes.Length < 2))
            {
                throw new NoAnswerException($"The built-in engineer can't {Word(assignment.Operator)} what it did not write{(parents.FirstOrDefault(node => Notes.Of(node) is null) is { } stranger ? $": node {stranger.Id} is not of its making" : "")}.");
            }

            Idea? varied = !problem.IsLearnable ? null : assignment.Operator switch
            {
                Operator.Tune => Improvements.Tune(problem, recipes[0], experience, assignment.Draws, allowance),
                Operator.Ablate => Improvements.Ablate(problem, recipes[0], experience, assignment.Draws, allowance),
                Operator.Merge => Merges.Next(problem, recipes[0], recipes[1], experience, allowance),
                _ => Simplifications.Next(problem, recipes[0], experience),
            };
            return varied ?? throw new NoAnswerException($"The built-in engineer finds nothing to {Word(assignment.Operator)} in node {string.Join(" and node ", assignment.Parents)} that is new and fits into the time.");
        }

        // A start, or a mended program, with what a person asks for on top of it.
        (Idea? Idea, string Said) Asked(Idea? basis)
        {
            if (hint is null || basis is null || !problem.IsLearnable)
            {
                return (basis, "");
            }

            (Idea? granted, string refused) = wishes.Grant(hint, basis.Recipe, basis);
            return (granted ?? basis, refused);
        }

        // Where nothing is left to start with, what failed may be mended.
        async Task<Idea?> StartAsync() =>
            (hint is not null && problem.IsLearnable && wishes.Start(hint) is { } family ? Drafts.With(problem, family, experience, allowance.Draft) : null)
            ?? Drafts.Next(problem, journal, experience, assignment.Draws, allowance)
            ?? (journal.Nodes.LastOrDefault(node => node.IsBuggy) is { } failed && Notes.Of(failed) is { } broken ? await MendAsync(failed, broken, allowance.Draft) : null);

        async Task<Idea?> MendAsync(Node failed, Notes broken, double seconds) =>
            Repairs.Next(problem, broken.Recipe, Symptom.Of(failed, await OutputAsync(assignment, failed, cancellationToken)), experience, assignment.Draws, allowance, seconds);

        // What a person asks for comes first; where nothing is left to change, another start is better than none.
        (Idea? Idea, string Said) Improve(Node best, Notes known)
        {
            if (!problem.IsLearnable)
            {
                return default;
            }

            Recipe recipe = Brevity.Below(problem, known.Recipe.With(experience.Lessons));
            (Idea? granted, string refused) = hint is null ? (null, "") : wishes.Grant(hint, recipe, null);
            Idea? change = granted ?? Improvements.Next(problem, recipe, experience.Believed(best), experience, assignment.Draws, allowance);
            if (granted is null && (change is null || !Fits(change)))
            {
                // Where time is short for any change of the best, a small start of what was tried before comes nowhere near it.
                Idea? start = Drafts.Next(problem, journal, experience, assignment.Draws, allowance, redraws: change is null);
                change = start is not null && (change is null || Fits(start)) ? start : change;
            }

            return (change, best.Id == parent!.Id ? refused : $"Node {parent.Id} took too long: its idea is given up.{(refused.Length == 0 ? "" : $" {refused}")}");
        }

        bool Fits(Idea one) => Costs.Seconds(problem, one.Recipe) <= allowance.Most;
    }

    /// <summary>
    /// What a program that ran out of time was to improve, where that has a score: the idea is given up, since on ever fewer
    /// rows it would tell ever less. Null for what has no score behind it, and for other failures.
    /// </summary>
    private static Node? Outlasted(Journal journal, Node failed) => failed.Failure is not { Kind: FailureKind.TimeOut } ? null
        : journal.Lineage(failed.Id).FirstOrDefault(node => node.IsValid) is { Rejected: null } scored && Notes.Of(scored) is not null ? scored : null;

    /// <summary>What a person wants of this node: what was asked for with it, else the first of the run's hints that no node has answered.</summary>
    private static (string? Hint, int? Answered) HintFor(Journal journal, int node)
    {
        if (journal.Has(node) && journal[node].Wish is { } own)
        {
            return (own, null);
        }

        int answered = journal.Hints.IsEmpty ? 0 : journal.Nodes.Max(other => Notes.Of(other)?.Hints ?? 0);
        return answered < journal.Hints.Count ? (journal.Hints[answered].Text, answered + 1) : (null, null);
    }

    /// <summary>Why a wish changes nothing of a node's program here, without a full stop; null where it may, or where that can't be told.</summary>
    public static string? Refusal(Journal journal, int node, string wish)
    {
        if (journal is not { Task: { } task, Profile: { } profile } || new Problem(task, profile, 1) { Language = journal.Settings?.Language ?? ProgramLanguage.Python } is not { IsLearnable: true } problem)
        {
            return null;
        }

        Experience experience = new(journal);
        Wishes wishes = new(problem, experience.Believed(journal[node]), experience, double.MaxValue);
        return wishes.Read(wish).IsEmpty ? wishes.OnlyMentions(wish) || Clause.AreSilent(wish) ? "it asks for nothing that the built-in engineer can do" : "the built-in engineer goes by the names of models, features and settings, and finds none here that it knows"
            : Notes.Of(journal[node]) is { } notes && wishes.Grant(wish, Brevity.Below(problem, notes.Recipe.With(experience.Lessons)), null) is { Idea: null, Said: var said } ? $"the built-in engineer has nothing to do by it in node {node} ({said.Replace(Wishes.Undone, "", StringComparison.Ordinal).TrimEnd('.')})"
            : null;
    }

    /// <summary>Whether the node's program is this engineer's, so that it can change it part by part.</summary>
    public static bool Wrote(Node node) => Notes.Of(node) is not null;

    /// <summary>Whether what the node's program says of its own score is out of fold, of all rows that it sees: this engineer's programs do so, but for those of a sample of rows.</summary>
    internal static bool ScoresOutOfFold(Node node) => Notes.Of(node) is { Recipe: var recipe } && !recipe.Has(Components.RowSample.Key);

    /// <summary>
    /// Whether this engineer, where it is the run's, may find something to tune, ablate or simplify in a node, by the recipe alone: it finds nothing in
    /// what it did not write, nor parts to leave out of one model of the columns as they are. Whether it is new and fits into the time is seen once it is asked.
    /// </summary>
    internal static bool MayVary(Journal journal, Node node, Operator @operator)
    {
        if (journal is not { Settings.Engineer: Itself, Task: { } task, Profile: { } profile })
        {
            return true;
        }

        Problem problem = new(task, profile, 1);
        return Notes.Of(node) is { Recipe: var recipe } && @operator switch
        {
            Operator.Ablate => Simplifications.Without(problem, recipe).Any(),
            Operator.Simplify => Simplifications.Fewer(recipe).Any() || Simplifications.Without(problem, recipe).Any(),
            _ => true,
        };
    }

    private static string Word(Operator @operator) => @operator.ToString().ToLowerInvariant();

    private static async Task<string> OutputAsync(Assignment assignment, Node node, CancellationToken cancellationToken) =>
        node.Execution is { } execution ? await assignment.ReadText(execution.Output, cancellationToken) : "";

    private static IEnumerable<string> Files(TaskFacts task) => task.Files is { IsEmpty: false } files
        ? [$"Rows have files ({string.Join(", ", files.Select(file => PythonText.Plain(file.Train)))}): the built-in engineer does not look at them, it learns from the table's columns alone."] : [];
}
