using AgentIde.Core.Runs;

namespace AgentIde.Cli.Terminal;

/// <summary>What a run came to, in a few lines that end it.</summary>
internal static class ResultText
{
    public static void Write(TextWriter output, Journal journal, string? solution, string? submission)
    {
        output.WriteLine();
        if (journal.Choice is not { } choice)
        {
            output.WriteLine(journal.Finished is null
                ? $"{journal.ValidNodes} of {journal.Nodes.Count(candidate => candidate.IsDone)} nodes have a valid solution so far."
                : $"None of {journal.Nodes.Count(candidate => candidate.IsDone)} nodes has a valid solution: {journal.Finished.Why}.");
            return;
        }

        Node node = journal[choice.Node];
        MetricFacts metric = journal.Task!.Metric;
        string claim = node.Score!.Claim is { } claimed ? $"the code itself claims {Words.Number(claimed)}" : "the code claims nothing";
        Row(output, "chosen", $"node {node.Id} of {journal.Nodes.Count}: {node.Plan}");
        Row(output, "holdout", $"{metric.DisplayName} {Words.Score(node.Score)}, verified on {Words.Count(journal.Split!.HoldoutRows)} blind rows; {claim}");
        if (FirstOfLine(journal, node) is { } first)
        {
            Row(output, "against", first);
        }

        if (choice.Refit is { } refit)
        {
            Row(output, "refit", refit.Why);
        }

        if (journal.Private is { } answers)
        {
            Row(output, "private", answers.Score is { } score
                ? $"{metric.DisplayName} {Words.Number(score)} on the private answers{(answers.Reference is { } reference ? $": reaches '{reference}'" : ": reaches no reference")}"
                : $"not graded: {answers.Problem}");
        }

        Row(output, "spent", $"{journal.Nodes.Count} nodes, {journal.ValidNodes} valid, {Words.Clock(journal.Spent)}");
        Row(output, "solution", Shown(solution));
        Row(output, "submission", Shown(submission));
    }

    private static string? FirstOfLine(Journal journal, Node node) =>
        node.Parent is { } parent && node.Score!.Comparisons.FirstOrDefault(comparison => comparison.Other == parent) is not null
            ? $"its parent, node {parent}, on the same rows: {Words.Gain(node)}"
            : null;

    /// <summary>A path as one would type it here.</summary>
    private static string Shown(string? path)
    {
        string relative = path is null ? "" : Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path! : relative;
    }

    private static void Row(TextWriter output, string label, string text) => output.WriteLine($"{label,-11} {SafeText.OneLine(text, 400)}");
}
