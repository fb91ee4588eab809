using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>What this engineer has for a metric of whole tables, of which it knows no models: the sample submission, once, and it says so.</summary>
internal static class SampleCopy
{
    private const string Python = """
        import shutil

        shutil.copy("input/sample_submission.csv", "submission.csv")

        """;

    private const string CSharp = """
        using System.IO;

        File.Copy("input/sample_submission.csv", "submission.csv");

        """;

    /// <exception cref="NoAnswerException">It was asked for a change of what it can't change.</exception>
    public static Proposal? Of(Assignment assignment, TaskFacts task)
    {
        if (IEngineer.IsVariation(assignment.Operator))
        {
            throw new NoAnswerException($"The built-in engineer knows no models for {task.Metric.DisplayName}, and has nothing to {assignment.Operator.ToString().ToLowerInvariant()}.");
        }

        return assignment.Journal.Nodes.Any(node => node.Id < assignment.Node && node.Code is not null)
            ? null
            : new Proposal(
                $"Hands in the sample submission: the built-in engineer knows no models for {task.Metric.DisplayName}, a model of a provider may.",
                assignment.Journal.Settings?.Language == ProgramLanguage.CSharp ? CSharp : Python, [], null);
    }
}
