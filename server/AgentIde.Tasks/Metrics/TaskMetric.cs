using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Metrics;

/// <summary>What a task is judged by: one number for each row or one for each class (<see cref="Metric"/>), or whole tables (<see cref="TableMetric"/>).</summary>
public abstract class TaskMetric
{
    private protected TaskMetric(MetricFacts facts) => Facts = facts;

    public MetricFacts Facts { get; }

    public string Name => Facts.Name;

    /// <summary>Why an answer does not suit the metric: <c>roc-auc needs 0 or 1</c>; null where it does.</summary>
    public virtual string? ProblemOfAnswer(double answer) => null;

    /// <summary>Why a prediction does not suit the metric: <c>rmsle takes no negative value</c>; null where it does.</summary>
    public virtual string? ProblemOfPrediction(double prediction) => null;

    /// <summary>Why the answers as a whole have no score: <c>all answers are 0</c>; null where they have.</summary>
    public virtual string? ProblemOfAnswers(ReadOnlySpan<double> answers) => null;

    /// <summary>Whether these rows tell how much such rows differ, as one row alone does not: what has no such error is no figure to report.</summary>
    public virtual bool HasErrorOf(ReadOnlySpan<double> answers) => answers.Length > 1;
}
