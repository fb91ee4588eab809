using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>What the node scored, and how the run came there.</summary>
internal static class ScoreSections
{
    /// <summary>So many that a step of the best score looks like one: lines between two points slope.</summary>
    private const int Samples = 60;

    public static BodySection Table(Evidence evidence) => BodySection.Fixed("the score", () =>
    {
        Journal journal = evidence.Journal;
        Score score = evidence.Node.Standing!;
        StringBuilder text = new($"## Score\n\n| | {evidence.MetricName} |\n|---|---|\n");
        if (evidence.Node is { Folded: not null, Folds.Result: { } folded, Score: { } first })
        {
            Row(text, $"All {journal.Split?.Folds ?? 0} folds, graded on {Wording.Count(folded.Rows, "row")}, each of which the code could not see once", $"**{Figures.WithError(score.Value, score.StandardError)}**");
            Row(text, $"The first of them alone, on {(journal.Split is { } cut ? Wording.Count(cut.ScoredRows, "row") : "its rows")}, by which the search went", Figures.WithError(first.Value, first.StandardError));
        }
        else
        {
            Row(text, $"{(journal.Split is { Folds: { } folds } ? $"The first of {folds} folds alone" : "Holdout")}, graded on {(journal.Split is { } split ? Wording.Count(split.ScoredRows, "row") : "rows")}{Units(journal.Split)} that the code could not see", $"**{Figures.WithError(score.Value, score.StandardError)}**");
            if (evidence.Node.Folds?.Failed is { } failed)
            {
                Row(text, $"Fold {failed.Fold}", $"{failed.What}: {evidence.Inline(failed.Reason, 200)}");
            }
        }

        foreach (Comparison comparison in Told(evidence.Node, score))
        {
            string which = comparison.Other == evidence.Node.Parent ? "its parent" : evidence.Node.Folded is null ? "the best before it" : "the next over all folds";
            Row(text, $"Against node {comparison.Other}, {which}, paired on the same rows", evidence.Node.ToldAgainst(comparison.Other)!);
        }

        Row(text, "What the code claims of itself", score.Claim is { } claim ? Figures.Rounded(claim, score.StandardError) : "nothing");
        if (journal is { Choice: not null, FinalRound: { } round } && round.Of(evidence.Node.Id)?.Result is { Score: { } fresh } tried)
        {
            Row(text, $"Fresh split, executed again with {Wording.Count(round.Rows, "other row")} held out, before the choice", Figures.WithError(fresh, tried.StandardError));
        }

        if (journal.Choice is { Second: { } second } && second.Node == evidence.Node.Id)
        {
            Row(text, $"Second holdout, {Wording.Count(second.Rows, "row")} that nothing was chosen by, opened once after the choice", $"**{Figures.WithError(second.Score, second.StandardError)}**");
        }

        if (journal.Choice is { Refit: { } refit } choice && choice.Node == evidence.Node.Id)
        {
            Row(text, "Refit on the whole train", $"{(refit.Taken ? "taken" : "not taken")}: {evidence.Inline(refit.Why, 200)}");
            if (journal.Private is { } answers)
            {
                Row(text, "Private answers, graded after the choice", answers.Score is { } value
                    ? Figures.Rounded(value, score.StandardError) + Reached(evidence, answers)
                    : $"not graded: {evidence.Inline(answers.Problem ?? "no reason was given", 200)}");
            }
        }

        text.Append($"\n`±` is one standard error{Clusters(journal.Split)}.{Chosen(evidence)}");
        if (journal.Split?.Distinguishable is { } told)
        {
            text.Append($" Holdout distinguishable: {evidence.Inline(told.Text, 300)}.");
        }

        return text.ToString();
    });

    /// <summary>With its parent and the best before it; over all folds with its parent and with that of the others which is nearest, of the many that it was compared with.</summary>
    private static IEnumerable<Comparison> Told(Node node, Score score) => node.Folded is null ? score.Comparisons
        : new[] { node.Parent is { } parent ? node.Against(parent) : null, score.Comparisons.Where(comparison => comparison.Other != node.Parent).MinBy(comparison => Math.Abs(comparison.Gain)) }.OfType<Comparison>();

    /// <summary>What choosing by the holdout does to the score of the node; nothing where a person chose another one than the run would.</summary>
    private static string Chosen(Evidence evidence)
    {
        Journal journal = evidence.Journal;
        int folded = evidence.Node.Folded is null ? 0 : journal.Nodes.Count(node => node.Folded is not null);
        string? which = journal.ValidNodes < 2 || folded == 1 ? null
            : folded > 1 ? $"A score of a node that was chosen from {folded} by their scores over all folds"
            : evidence.Node.Id == journal.Best ? $"The best of {journal.ValidNodes} scores on one holdout"
            : evidence.Node.Id == PullRequest.NodeOf(journal, null) ? $"A score of a node that was chosen from {journal.ValidNodes} by their scores on one holdout"
            : null;
        return which is null ? "" : $" {which} is a little too good: expect slightly worse on new rows.";
    }

    /// <summary>The best score so far against time, at even distances: Mermaid spreads points evenly over the axis.</summary>
    public static BodySection Chart(Evidence evidence) => new("the chart", 20, [() => Chart(evidence.Account, evidence.Metric), () => ""]);

    // By itself the line is the colour of light paper, and dark paper has another colour than the page.
    private static string Chart(RunAccount account, MetricFacts metric)
    {
        if (account.Best.Length < 2 || account.Journal.Spent <= account.Best[0].At)
        {
            return "";
        }

        TimeSpan first = account.Best[0].At, length = account.Journal.Spent - first;
        double[] scores = [.. Enumerable.Range(0, Samples + 1).Select(sample => At(account, first + (length * sample / Samples)))];
        (double low, double high) = (scores.Min(), scores.Max());
        double margin = high > low ? (high - low) / 10 : Math.Max(Math.Abs(high), 1) / 10;
        int digits = high > low ? Math.Clamp(3 - (int)Math.Floor(Math.Log10(high - low)), 0, 15) : 15;
        (string unit, double scale) = account.Journal.Spent.TotalMinutes < 2 ? ("seconds", 1.0) : ("minutes", 60.0);
        return $$"""
            ## Score against time

            ```mermaid
            %%{init: {"themeVariables": {"xyChart": {"backgroundColor": "transparent", "plotColorPalette": "#2f81f7"} } } }%%
            xychart-beta
              x-axis "{{unit}}" {{GitHubText.Figure(Math.Round(first.TotalSeconds / scale, 2))}} --> {{GitHubText.Figure(Math.Round(account.Journal.Spent.TotalSeconds / scale, 2))}}
              y-axis "best {{GitHubText.Words(metric.DisplayName, 40)}} so far" {{GitHubText.Figure(low - margin)}} --> {{GitHubText.Figure(high + margin)}}
              line [{{string.Join(", ", scores.Select(score => GitHubText.Figure(Math.Round(score, digits))))}}]
            ```
            """.ReplaceLineEndings("\n");
    }

    private static double At(RunAccount account, TimeSpan time) => account.Best.TakeWhile(point => point.At <= time).DefaultIfEmpty(account.Best[0]).Last().Score;

    private static string Units(SplitFacts? split) => split switch
    {
        { Kind: SplitKind.Time } => " at the end of train's time",
        { Kind: SplitKind.Group, HoldoutUnits: { } units } => $" in {Wording.Count(units, "whole group")}",
        _ => "",
    };

    private static string Clusters(SplitFacts? split) => split switch
    {
        { Kind: SplitKind.Time, HoldoutUnits: { } units } => $", by {Wording.Count(units, "block")} of time",
        { Kind: SplitKind.Group, HoldoutUnits: { } units } => $", by {Wording.Count(units, "group")}",
        _ => "",
    };

    private static string Reached(Evidence evidence, PrivateScored answers) => answers switch
    {
        { Medal: { } medal } => $": {evidence.Inline(medal, 40)} medal",
        { Reference: { } reference } => $": reaches the reference {evidence.Inline(reference, 80)}",
        { References: > 0 } => ": reaches no reference",
        _ => "",
    };

    private static void Row(StringBuilder text, string what, string figure) => text.Append("| ").Append(what).Append(" | ").Append(figure).Append(" |\n");
}
