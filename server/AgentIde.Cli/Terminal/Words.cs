using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Cli.Terminal;

/// <summary>How figures and nodes are put into words, the same in every view.</summary>
internal static class Words
{
    private static readonly string[] UsualLibraries = ["numpy", "pandas", "scikit-learn"];

    public static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    /// <summary>A value to the precision that its error allows, with the error: <c>0.0812 ± 0.0006</c>.</summary>
    public static string WithError(double value, double error) => Figures.WithError(value, error);

    /// <summary>A score to its precision; one that nobody graded says so, and one over all folds: <c>0.13394 (claimed)</c>.</summary>
    public static string Score(Score score) => Figures.WithError(score.Value, score.StandardError) + score.Kind switch { ScoreKind.Verified => "", ScoreKind.VerifiedByFolds => " (by folds)", _ => " (claimed)" };

    /// <summary>How a score was come by, in brackets behind it.</summary>
    public static string Ground(Journal journal, Score score) =>
        score.Kind == ScoreKind.Verified ? $"(verified on {(journal.Split?.Folds is { } folds ? $"the first of {folds} folds" : "the blind holdout")})"
        : score.Kind == ScoreKind.VerifiedByFolds ? $"(verified by folds: each train row blind on one of {journal.Split?.Folds})"
        : $"({(journal.Settings?.Origin is { } origin ? $"{origin.Metric}; " : "")}nothing was graded here)";

    /// <summary>Against the parent: <c>better by 0.0056 ± 0.0004</c>; null for a draft.</summary>
    public static string? Gain(Node node) => node.Parent is { } parent ? Gain(node, parent) : null;

    /// <summary>Against another node; null where the two were not compared.</summary>
    public static string? Gain(Node node, int other) => node.ToldAgainst(other);

    /// <summary><c>RMSLE 0.0831 ± 0.0041 on 1,734 rows that nothing was chosen by</c></summary>
    public static string Second(MetricFacts metric, SecondHoldoutOpened opened) =>
        $"{metric.DisplayName} {WithError(opened.Score, opened.StandardError)} on {Count(opened.Rows, "row")} that nothing was chosen by";

    /// <summary><c>node 7: RMSLE 0.0809 ± 0.0006, better than node 3 by 0.0021 ± 0.0010</c>, on the fresh split.</summary>
    public static string Tried(Journal journal, FinalistTried tried) => tried is { Score: { } score, StandardError: { } error }
        ? $"node {tried.Node}: {journal.Task!.Metric.DisplayName} {WithError(score, error)}{(tried.OnFresh is { } against ? $", against node {against.Other} {against.Told(error)}" : "")}"
        : $"node {tried.Node}: {(tried.IsUntried is true ? "not tried" : "failed")}: {tried.Problem}";

    /// <summary><c>node 7: RMSLE 0.0809 ± 0.0006, of 0.0790 ± 0.0013 on the first</c>, of all folds.</summary>
    public static string Folded(Journal journal, Node node) => node.Folds switch
    {
        { Result: { } folded } => $"node {node.Id}: {journal.Task!.Metric.DisplayName} {WithError(folded.Score, folded.StandardError)}{(node.Score is { StandardError: { } error } first ? $", of {WithError(first.Value, error)} on the first" : "")}",
        { Failed: { } failed } => $"node {node.Id}: {failed.Words}",
        { Executions: var begun } => $"node {node.Id}: {begun.Count(fold => fold.Execution is not null) + 1} of {journal.Split?.Folds} were executed",
        null => $"node {node.Id}: executed on the first alone",
    };

    public static string Operator(Node node) =>
        node.Operator.ToString().ToLowerInvariant() + (node.Parents.IsEmpty ? "" : $" of {string.Join(" and ", node.Parents)}");

    /// <summary>A review in one line, or why there is none.</summary>
    public static string Review(NodeReview review) =>
        review.Problem is { } problem ? $"none: {problem}" : review.By is { } by ? $"by {by}: {review.Summary}" : $"{(review.IsSuspect ? "suspect" : "nothing suspect")}: {review.Summary}";

    /// <summary>Who wants nothing more of a node, and why: <c>by nvim: it leaks</c>.</summary>
    public static string Rejection(Rejection rejection) => $"by {rejection.By}{(rejection.Why is { } why ? $": {why}" : "")}";

    /// <summary>What people said that is yet to be done or borne in mind, one line each.</summary>
    public static IEnumerable<string> Said(Journal journal) =>
    [
        .. journal.Asked.Select(asked => $"{(journal.Choice is null ? "asked" : "never come to")}: a branch of node {asked.Node}, by {asked.By}{Wanted(asked)}"),
        .. journal.Hints.Reverse().Select(hint => $"hint by {hint.By}: {hint.Text}"),
    ];

    /// <summary>What a branch is to be made with: <c> with a program of their own: try a log target</c>; empty where that is left to the engineer.</summary>
    public static string Wanted(AskedBranch asked) => Wanted(asked.Code is not null, asked.Plan, asked.Hint);

    public static string Wanted(BranchAsked asked) => Wanted(asked.Code is not null, asked.Plan, asked.Hint);

    private static string Wanted(bool code, string? plan, string? hint) =>
        $"{(code ? " with a program of their own" : "")}{((plan ?? hint) is { } text ? $": {text}" : "")}";

    /// <summary>The same; where nobody measured: <c>time not known</c>.</summary>
    /// <summary>A moment as the person's clock shows it: <c>2026-05-01 14:30</c></summary>
    public static string At(DateTimeOffset moment) => moment.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public static string Seconds(double? seconds) => seconds is { } known ? Seconds(known) : "time not known";

    public static string Seconds(double seconds) => seconds < 100
        ? seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s"
        : TimeSpan.FromSeconds(seconds).ToString(seconds < 3600 ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);

    public static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count with its noun: <c>1 node</c>, <c>2,000 nodes</c>.</summary>
    public static string Count(int count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    public static string Clock(TimeSpan time) => time.ToString(time.TotalHours < 1 ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);

    public static string Direction(MetricFacts metric) => metric.Direction == MetricDirection.LowerIsBetter ? "lower is better" : "higher is better";

    /// <summary>What most programs import and candidates don't have, as a warning; null where they have all of it, or are no Python.</summary>
    public static string? Lacking(SandboxReport sandbox, ProgramLanguage language)
    {
        string[] lacking = language == ProgramLanguage.Python ? [.. UsualLibraries.Where(name => sandbox.Interpreter.Contains($"no {name}", StringComparison.Ordinal))] : [];
        return lacking.Length == 0 ? null : $"the Python of candidates has no {string.Join(", no ", lacking)}: what imports them fails; install them there, or choose another Python";
    }

    /// <summary>What the run is doing, in a few words.</summary>
    public static string Now(Journal journal)
    {
        if (journal.IsPaused)
        {
            return "paused";
        }

        if (journal.Finished is { } finished)
        {
            return $"finished: {finished.Why}";
        }

        if (journal.Choice is { } choice)
        {
            return $"refitting node {choice.Node} on the whole train";
        }

        if (journal.FinalRound is { } round)
        {
            return round.Finalists.FirstOrDefault(finalist => finalist.Result is null) is { } finalist ? $"node {finalist.Node}: executed again on a fresh split" : "choosing the result";
        }

        ExecutionStarted[] folds = [.. journal.OpenExecutions.Where(open => open.Purpose == ExecutionPurpose.Fold)];
        string onFolds = string.Join("; ", folds.Select(open => $"node {open.Node}: executing on fold {open.Fold} of {journal.Split?.Folds}"));
        return journal.UnderWay.ToArray() switch
        {
            [] when folds.Length > 0 => onFolds,
            [] => journal.Split is null ? "cutting the blind holdout" : "choosing what to do next",
            [{ Stage: NodeStage.Think } node] => $"node {node.Id}: thinking ({Operator(node)}: {SafeText.OneLine(node.Why, 100)})",
            [var node] => $"node {node.Id}: {Doing(node.Stage)}",
            var nodes => string.Join("; ", nodes.GroupBy(node => Doing(node.Stage)).Select(group => $"{group.Key} {string.Join(", ", group.Select(node => node.Id))}")),
        };
    }

    /// <summary>What may be spent on models: <c>at most $2.00 and 200k tokens on models; a node $0.50</c>; null where nothing caps it.</summary>
    public static string? Caps(Budget budget)
    {
        string[] parts =
        [
            .. Caps("at most", budget.Dollars, budget.Tokens, " on models"),
            .. Caps("a node", budget.NodeDollars, budget.NodeTokens, ""),
            .. Caps("all runs of a day", budget.DayDollars, null, ""),
        ];
        return parts.Length == 0 ? null : string.Join("; ", parts);
    }

    private static IEnumerable<string> Caps(string whose, decimal? dollars, long? tokens, string end)
    {
        string[] amounts = [.. new[] { dollars is { } some ? Figures.Dollars(some) : null, tokens is { } count ? $"{Figures.Tokens(count)} tokens" : null }.OfType<string>()];
        return amounts.Length == 0 ? [] : [$"{whose} {string.Join(" and ", amounts)}{end}"];
    }

    /// <summary>What a call came to: <c>call 3, openai:gpt-5.1: 5.1k tokens in, 2k out, $0.03, 12.3 s</c>, or why there was no answer.</summary>
    public static string Call(Journal journal, CallEnded ended)
    {
        ModelCall call = journal[ended.Node].Calls.First(candidate => candidate.Number == ended.Call);
        if (ended.Usage is null)
        {
            return $"call {call.Number}, {call.Model}: tokens, price and time not known";
        }

        string most = ended.Problem is not null && call.Usage.Output >= call.Maximum.Output ? "at most " : "";
        string figures = $"{most}{Figures.Tokens(call.Usage.Input)} tokens in, {Figures.Tokens(call.Usage.Output)} out{(call.Dollars is { } dollars ? $", {Figures.Dollars(dollars)}" : "")}, {Seconds(ended.Seconds)}";
        return $"call {call.Number}, {call.Model}: {(ended.Message.Length == 0 ? figures : $"{ended.Message} ({figures})")}";
    }

    public static string Problem(CallProblem problem) => problem switch
    {
        CallProblem.Key => "the key was not taken",
        CallProblem.Model => "no such model",
        CallProblem.Request => "the request was not taken",
        CallProblem.Busy => "too many requests",
        CallProblem.Quota => "no money left",
        CallProblem.Broken => "the provider failed",
        CallProblem.TimedOut => "it took too long",
        CallProblem.Cut => "the answer broke off",
        CallProblem.Unreachable => "out of reach",
        CallProblem.Malformed => "not of the protocol",
        CallProblem.Empty => "an empty answer",
        CallProblem.Refused => "it refused",
        CallProblem.GivenUp => "given up while the model was at it",
        _ => "lost: the process died",
    };

    /// <summary>What code under way wrote last; null where none has written anything.</summary>
    public static string? LastLine(Journal journal) =>
        journal.OpenExecutions.Select(open => journal[open.Node].LastLine).LastOrDefault(line => line is not null);

    /// <summary>What a model is saying, of the newest node that one works for: <c>node 4 · draft · openai:gpt-5.1 is thinking: … (about 1.2k tokens so far)</c>; null where nobody says anything.</summary>
    public static string? Saying(Journal journal, int width)
    {
        (Node? node, ModelCall? call) = journal.UnderWay.SelectMany(node => node.Calls.Select(call => (node, call))).LastOrDefault(made => made.call.SoFar is not null);
        if (call is not { SoFar: { } soFar })
        {
            return null;
        }

        int open = node!.Calls.Count(other => other.SoFar is not null);
        string others = open > 1 ? $", and {open - 1} more at once" : "";
        string start = $"node {node.Id} · {Operator(node)} · {call.Model} is {(soFar.IsAnswering ? "writing" : "thinking")}: ", end = $" (about {Figures.Tokens(soFar.Tokens)} tokens so far{others})";
        return start + soFar.LastWords(Math.Clamp(width - start.Length - end.Length, 20, 200)) + end;
    }

    private static string Doing(NodeStage stage) => stage switch
    {
        NodeStage.Think => "thinking",
        NodeStage.Execute => "executing",
        _ => "scoring",
    };
}
