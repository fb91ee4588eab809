using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>A task and its data as components look at them.</summary>
/// <param name="Cores">Processors that an execution is given.</param>
internal sealed record Problem(TaskFacts Task, DataProfile Profile, int Cores)
{
    /// <summary>The language of the programs to write.</summary>
    public ProgramLanguage Language { get; init; } = ProgramLanguage.Python;

    /// <summary>How long this run's programs took so far, for what others will take.</summary>
    public Pace Pace { get; init; } = Pace.AsEstimated;

    public Goal Goal { get; } = GoalOf(Task, Profile);

    public string Metric => Task.Metric.Name;

    public bool HigherIsBetter => Task.Metric.Direction == MetricDirection.HigherIsBetter;

    /// <summary>Whether the metric judges probabilities by their logarithm, so that calibration counts.</summary>
    public bool IsLogLoss => Metric is "log-loss" or "multi-class-log-loss";

    /// <summary>What can be learnt from: columns that test has too, but for the id, and that are not all the same.</summary>
    public ImmutableArray<ColumnProfile> Inputs { get; } =
    [
        .. Profile.Columns.Where(column => column.InTest && column.Name != Task.Label && column.Name != Task.IdColumn
            && column.Kind != ColumnKind.Empty && (column.Distinct > 1 || column.Missing > 0)),
    ];

    /// <summary>Whether a model can learn anything: both the rows and the answers must differ.</summary>
    public bool IsLearnable => !Inputs.IsEmpty && (Goal == Goal.Number ? Label is not { Distinct: 1, Missing: 0 } : Profile.Classes.Length != 1);

    public IEnumerable<ColumnProfile> Numbers => Inputs.Where(column => column.Kind == ColumnKind.Number);

    public IEnumerable<ColumnProfile> Categories => Inputs.Where(column => column.Kind is ColumnKind.Category or ColumnKind.Boolean);

    /// <summary>Categories that are names and nothing more: not graded, no ranges.</summary>
    public IEnumerable<ColumnProfile> Names => Categories.Where(column =>
        !Components.RangesAsNumbers.Columns(this).Contains(column.Name) && !Components.GradedWords.Grades(this).Any(grade => grade.Column == column.Name));

    public IEnumerable<ColumnProfile> Texts => Inputs.Where(column => column.Kind == ColumnKind.Text);

    public IEnumerable<ColumnProfile> Dates => Inputs.Where(column => column.Kind == ColumnKind.Date);

    public ColumnProfile? Label => Profile.Columns.FirstOrDefault(column => column.Name == Task.Label);

    public bool TrainHasIds => Profile.Columns.Any(column => column.Name == Task.IdColumn);

    public int Rows => Math.Max(Profile.TrainRows, 1);

    /// <summary>Columns of numbers that a model fits at once: one for each class where there are many.</summary>
    public int Outputs => Goal == Goal.ManyClasses ? Math.Max(Profile.Classes.Length, 3) : 1;

    /// <summary>Whether the columns of the submission are named after the label's values. Train may lack some of them.</summary>
    public bool TargetsAreClasses =>
        Task.Metric.Predicts == PredictionKind.ClassProbabilities && !Profile.Classes.IsEmpty && Task.Targets.ToHashSet().IsSupersetOf(Profile.Classes.Select(value => value.Value));

    /// <summary>Classes that are asked for and that train never shows.</summary>
    public bool LacksClasses => TargetsAreClasses && Task.Targets.Length > Profile.Classes.Length;

    private static Goal GoalOf(TaskFacts task, DataProfile profile) => task.Metric.Predicts switch
    {
        PredictionKind.Values => Goal.Number,
        PredictionKind.Probability => Goal.TwoClasses,
        _ => profile.Classes.Length == 2 ? Goal.TwoClasses : Goal.ManyClasses,
    };
}
