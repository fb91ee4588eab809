using System.Globalization;
using AgentIde.Core.Auditing;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;

namespace AgentIde.Cli.Terminal;

/// <summary>What a run came to, in a few lines that end it.</summary>
internal static class ResultText
{
    public static void Write(TextWriter output, Journal journal, string? solution, string? submission)
    {
        output.WriteLine();
        if (journal.Settings?.Origin is { } origin)
        {
            WriteImported(output, journal, origin);
            return;
        }

        if (journal.Settings?.Fork is { } fork)
        {
            Row(output, "goes on", $"from {fork.Run}, which stays as it is");
        }

        if (journal.Choice is not { } choice)
        {
            output.WriteLine(WithoutSolution(journal));
            WriteModels(output, journal);
            return;
        }

        Node node = journal[choice.Node];
        MetricFacts metric = journal.Task!.Metric;
        Score standing = node.Standing!;
        string claim = standing.Claim is { } claimed ? $"the code itself claims {Figures.Rounded(claimed, standing.StandardError)}" : "the code claims nothing";
        Row(output, "chosen", $"node {node.Id} of {journal.Nodes.Count}: {node.Plan}");
        string ground = node.Folds?.Result is { } folded && standing.Kind == ScoreKind.VerifiedByFolds ? $"verified by folds, on {Words.Count(folded.Rows, "row")}, each blind on one of {journal.Split!.Folds}"
            : $"verified on {Words.Count(journal.Split!.ScoredRows, "blind row")}{(journal.Split.Folds is { } folds ? $", the first of {folds} folds alone" : "")}";
        Row(output, "holdout", $"{metric.DisplayName} {Figures.WithError(standing.Value, standing.StandardError)}, {ground}; {claim}");
        foreach (Node one in journal.Nodes.Where(one => one is { Folds: not null, SameAs: null }))
        {
            Row(output, "folds", Words.Folded(journal, one));
        }

        foreach (FinalistTried tried in journal.FinalRound?.Finalists.Select(finalist => finalist.Result).OfType<FinalistTried>() ?? [])
        {
            Row(output, "fresh split", Words.Tried(journal, tried));
        }

        if (choice.Second is { } second)
        {
            Row(output, "second", $"{Words.Second(metric, second)}, opened once");
        }

        foreach (Leak leak in journal.Split.Leaks ?? [])
        {
            Row(output, "leak", $"{leak.Text}: every score may be too good");
        }

        if (journal.Split.Distinguishable is { } told)
        {
            Row(output, "holdout", $"distinguishable: {told.Text}");
        }

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
                ? $"{metric.DisplayName} {Figures.Rounded(score, standing.StandardError)} on the private answers{Reached(answers)}"
                : $"not graded: {answers.Problem}");
        }

        if (journal.AuditOf(node.Id) is { } audited)
        {
            int warnings = audited.Findings.Count(finding => finding.Severity == AuditSeverity.Warning);
            Row(output, "audited", $"executed {Words.At(audited.At)} on files that it was not chosen by: {(warnings == 0 ? "nothing warns" : Words.Count(warnings, "warning"))}");
        }

        foreach (AuditFinding finding in RunAudit.OfFigures(journal, node.Id).Where(finding => finding.Severity == AuditSeverity.Warning))
        {
            Row(output, "doubt", $"{AuditWords.Title(finding.Kind)}: {finding.Evidence} (agentide audit {journal.Settings!.Run} tells more)");
        }

        Row(output, "spent", $"{Words.Count(journal.Nodes.Count, "node")}, {journal.ValidNodes} valid, {Time(journal)}{(journal.Finished is { } finished ? $"; {finished.Why}" : "")}");
        WriteModels(output, journal);
        if (solution is null || submission is null)
        {
            Row(output, "solution", "not written yet: the chosen code is still to be refitted on the whole train");
            return;
        }

        Row(output, "solution", Shown(solution));
        Row(output, "submission", Shown(submission));
    }

    private static void WriteImported(TextWriter output, Journal journal, RunOrigin origin)
    {
        Row(output, "imported", $"from {origin.Program}: {origin.File} (SHA-256 {origin.Digest.Short}…)");
        if (journal.Best is { } best)
        {
            Node node = journal[best];
            Row(output, "best", $"node {best} of {journal.Nodes.Count}: {SafeText.OneLine(node.Plan ?? "", 120)}");
            Row(output, "claims", $"{journal.Task!.Metric.DisplayName} {Figures.WithError(node.Score!.Value, node.Score.StandardError)}, {origin.Metric}; nothing was graded here");
        }

        int failed = journal.Nodes.Count(node => node.IsBuggy), unknown = journal.Nodes.Count(node => !node.IsDone);
        Row(output, "nodes", $"{journal.Nodes.Count}: {journal.ValidNodes} with a claimed score, {failed} failed{(unknown > 0 ? $", {unknown} of which it is not known what became" : "")}");
        if (SpendingWords.Of(journal) is { } spent)
        {
            Row(output, "models", spent);
        }

        foreach (string missing in origin.Missing)
        {
            Row(output, "not there", missing);
        }
    }

    /// <summary>What was spent on models, and of each how its claims compare with its grades.</summary>
    private static void WriteModels(TextWriter output, Journal journal)
    {
        if (SpendingWords.Of(journal) is not { } spent)
        {
            return;
        }

        Row(output, "models", SpendingWords.Warning(journal) ?? spent);
        foreach (ModelResults model in ModelResults.Of(journal))
        {
            string claims = model.Overclaim is { } better
                ? $"; {Words.Count(model.Claims)} of them {(model.Claims == 1 ? "claims" : "claim")} a score, in the mean {Math.Abs(better).ToString("G2", CultureInfo.InvariantCulture)} {(better < 0 ? "worse" : "better")} than graded"
                : "";
            Row(output, $"  {SafeText.OneLine(model.Model, 60)}", $"{SpendingWords.Dollars(model.Outlay)}, {Figures.Tokens(model.Outlay.Settled.Input)} tokens in, {Figures.Tokens(model.Outlay.Settled.Output)} out, {Words.Count(model.Outlay.Calls, "call")}, {Words.Count(model.Nodes, "node")}, {model.Valid} valid{claims}");
        }
    }

    private static string Reached(PrivateScored answers) => answers switch
    {
        { Reference: { } reference } => $": reaches '{reference}'",
        { References: > 0 } => ": reaches no reference",
        _ => "",
    };

    private static string WithoutSolution(Journal journal)
    {
        int done = journal.Nodes.Count(candidate => candidate.IsDone);
        if (journal.Finished is not { } finished)
        {
            return done == 0 ? "No node is finished yet." : $"{journal.ValidNodes} of {Words.Count(done, "node")} {(journal.ValidNodes == 1 ? "has" : "have")} a valid solution so far.";
        }

        string ending = finished.Ending == RunEnding.TimeSpent ? $"{finished.Why} ({Time(journal)}, {Words.Seconds(journal.Preparation.TotalSeconds)} of it to start): give it more with --time"
            : finished.Ending == RunEnding.BudgetSpent ? $"{finished.Why.TrimEnd('.')}; --max-output lowers what a call may need"
            : finished.Why.TrimEnd('.');
        return done switch
        {
            0 => $"No node was finished: {ending}.",
            1 => $"The only node that was finished has no valid solution: {ending}.",
            _ => $"None of {done} nodes has a valid solution: {ending}.",
        };
    }

    /// <summary>Time spent, of how much.</summary>
    private static string Time(Journal journal) => $"{Words.Clock(journal.Spent)} of {Words.Clock(TimeSpan.FromSeconds(journal.Settings!.Budget.Seconds))}";

    private static string? FirstOfLine(Journal journal, Node node) =>
        node.Parent is { } parent && node.Against(parent) is not null
            ? $"its parent, node {parent}, on the same rows: {Words.Gain(node)}"
            : null;

    /// <summary>A path as one would type it here.</summary>
    private static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private static void Row(TextWriter output, string label, string text) => output.WriteLine($"{label,-11} {SafeText.OneLine(text, 400)}");
}
