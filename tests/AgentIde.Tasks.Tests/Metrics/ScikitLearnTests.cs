using System.Globalization;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Tests.Metrics;

/// <summary>Every metric, through task folder and submission file, against scikit-learn's value for the same text.</summary>
public class ScikitLearnTests
{
    private const string Script = """
        import json, sys
        import numpy as np
        from sklearn import metrics as m

        def numbers(texts):
            return np.array([float(t) if t else float('nan') for t in texts])

        def value(case):
            name, y, p = case['metric'], case['answers'], case['predictions']
            if name == 'rmse': return m.mean_squared_error(numbers(y), numbers(p), squared=False)
            if name == 'rmsle': return m.mean_squared_log_error(numbers(y), numbers(p), squared=False)
            if name == 'mae': return m.mean_absolute_error(numbers(y), numbers(p))
            if name == 'roc-auc': return m.roc_auc_score(numbers(y), numbers(p))
            if name == 'log-loss': return m.log_loss(numbers(y), numbers(p), labels=[0, 1])
            if name == 'accuracy':
                if case['numeric']: return m.accuracy_score(numbers(y), numbers(p))
                return m.accuracy_score(y, p)
            k = case['classes']
            return m.log_loss(y, numbers(p).reshape(len(y), len(k)), labels=k)

        for line in sys.stdin:
            try:
                print(repr(float(value(json.loads(line)))))
            except ValueError as e:
                print('raises', str(e).split('\n')[0])
        """;

    private static readonly int Rounds = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1" ? 100 : 2;

    [Fact]
    public async Task Every_metric_has_scikit_learns_value_and_a_problem_where_it_raises()
    {
        MetricCase[] cases = [.. MetricCases.All(Rounds)];
        StringBuilder input = new();
        foreach (MetricCase one in cases)
        {
            input.Append(one.ToJson().ToJsonString()).Append('\n');
        }

        string[] theirs = (await Python.RunAsync(Script, input.ToString())).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        theirs.Length.ShouldBe(cases.Length);
        int raised = 0;
        for (int index = 0; index < cases.Length; index++)
        {
            (double? score, string? problem) = await GradeAsync(cases[index]);
            string told = $"{cases[index].Name}: theirs {theirs[index]}, ours {score} {problem}";
            if (cases[index].Stricter)
            {
                theirs[index].ShouldNotStartWith("raises", customMessage: told);
                problem.ShouldNotBeNull(told);
            }
            else if (theirs[index].StartsWith("raises", StringComparison.Ordinal))
            {
                raised++;
                problem.ShouldNotBeNull(told);
            }
            else
            {
                double expected = double.Parse(theirs[index], CultureInfo.InvariantCulture);
                score.ShouldNotBeNull(told);
                score.Value.ShouldBe(expected, 1e-9 * Math.Max(1, Math.Abs(expected)), told);
            }
        }

        cases.Length.ShouldBeGreaterThan(500);
        raised.ShouldBeGreaterThan(15);
        cases.Select(one => one.Metric).Distinct().Order().ShouldBe(MetricCatalogue.All.Select(metric => metric.Name).Order());
    }

    /// <summary>The whole way: a task folder with private answers, and a submission in another order of rows.</summary>
    private static async Task<(double? Score, string? Problem)> GradeAsync(MetricCase one)
    {
        using TaskBuilder task = new();
        one.WriteTo(task);
        try
        {
            IGrader grader = task.Read().PrivateGrader()!;
            Grade grade = await grader.GradeAsync(Encoding.UTF8.GetBytes(one.Submission()), CancellationToken.None);
            return (grade.Score, grade.Problem);
        }
        catch (TaskProblemException problem)
        {
            return (null, problem.Message);
        }
    }
}
