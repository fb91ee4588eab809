using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace AgentIde.Core.Auditing;

/// <summary>
/// Follows by name what comes of the test file in a Python program: its rows, and predictions for them. It goes by
/// assignments in the order of the lines; what a function does to its arguments it does not see. Names and kinds of
/// columns, and how many rows there are, count as no rows.
/// </summary>
internal sealed partial class TestRowUse
{
    [Flags]
    private enum Origin
    {
        None = 0,
        TestRows = 1,
        TrainRows = 2,
        Predictions = 4,
    }

    private const int MostShown = 120;

    private readonly Dictionary<string, Origin> _names = new(StringComparer.Ordinal);

    private TestRowUse()
    {
    }

    public static IEnumerable<AuditFinding> Of(ImmutableArray<ProgramLine> program)
    {
        TestRowUse use = new();
        foreach (ProgramLine line in program)
        {
            if (use.Look(line) is { } finding)
            {
                yield return finding;
            }

            use.Follow(line.Text);
        }
    }

    private void Follow(string text)
    {
        if (Assignment().Match(text) is { Success: true } assignment)
        {
            string[] targets = [.. Parts(assignment.Groups[1].Value)], values = [.. Parts(assignment.Groups[2].Value)];
            for (int i = 0; i < targets.Length; i++)
            {
                Take(targets[i], OriginOf(targets.Length == values.Length ? values[i] : assignment.Groups[2].Value));
            }
        }
        else if (Loop().Match(text) is { Success: true } loop)
        {
            Origin origin = OriginOf(loop.Groups[2].Value);
            Parts(loop.Groups[1].Value).ToList().ForEach(name => Take(name, origin));
        }
        else if (With().Match(text) is { Success: true } opened)
        {
            Take(opened.Groups[2].Value, OriginOf(opened.Groups[1].Value));
        }
    }

    private void Take(string target, Origin origin)
    {
        if (Name().Match(target) is { Success: true } name && origin != Origin.None)
        {
            _names[name.Value] = _names.GetValueOrDefault(name.Value) | origin;
        }
    }

    private Origin OriginOf(string whole)
    {
        string expression = AboutColumns().Replace(whole, "");
        Origin origin = Name().Matches(expression).Aggregate(Origin.None, (known, name) => known | _names.GetValueOrDefault(name.Value));
        origin |= expression.Contains("test.csv", StringComparison.Ordinal) ? Origin.TestRows : Origin.None;
        origin |= expression.Contains("train.csv", StringComparison.Ordinal) ? Origin.TrainRows : Origin.None;
        return Predict().IsMatch(expression) && origin.HasFlag(Origin.TestRows) ? Origin.Predictions : origin;
    }

    private AuditFinding? Look(ProgramLine line)
    {
        if (Fit().Match(line.Text) is { Success: true } fit && Arguments(line.Text, fit.Index + fit.Length) is var given)
        {
            Origin origin = OriginOf(given);
            if (origin.HasFlag(Origin.Predictions))
            {
                return AuditFinding.Warning(AuditKind.Transductive, line.Line, $"it fits on its own predictions for test rows: {Shown(fit.Value + given)}");
            }

            // What was made of both files may be cut apart again: most honest programs encode them together.
            if (origin == Origin.TestRows)
            {
                return AuditFinding.Note(AuditKind.Transductive, line.Line, $"it fits on test rows: {Shown(fit.Value + given)}");
            }
        }

        return Statistic().Matches(line.Text).FirstOrDefault(found => _names.GetValueOrDefault(found.Groups[1].Value).HasFlag(Origin.TestRows)) is { } statistic
            ? AuditFinding.Note(AuditKind.Transductive, line.Line, $"it takes a statistic over test rows: {Shown(statistic.Value)}")
            : null;
    }

    /// <summary>Up to the bracket that closes them.</summary>
    private static string Arguments(string text, int start)
    {
        int depth = 1, end = start;
        for (; end < text.Length && depth > 0; end++)
        {
            depth += text[end] is '(' or '[' or '{' ? 1 : text[end] is ')' or ']' or '}' ? -1 : 0;
        }

        return text[start..end];
    }

    /// <summary>What commas part that stand in no bracket.</summary>
    private static IEnumerable<string> Parts(string text)
    {
        int depth = 0, start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] is '(' or '[' or '{' ? 1 : text[i] is ')' or ']' or '}' ? -1 : 0;
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static string Shown(string text) => text.Length <= MostShown ? text : text[..MostShown] + "…";

    [GeneratedRegex(@"^([A-Za-z_][^=!<>:(]*?)(?:[-+*/|&@%]|//|\*\*)?=(?!=)(.*)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^(?:async )?for ([^:]+?) in(?![A-Za-z0-9_])(.*):", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Loop();

    [GeneratedRegex(@"^with(.*)\bas (\w+)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex With();

    [GeneratedRegex(@"(?<![\w.'])[A-Za-z_]\w*", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"\bin [A-Za-z_]\w*(?:\.columns)?(?= if|\])|\b[A-Za-z_]\w*\.(?:columns|dtypes|shape|index)\b|\b[A-Za-z_]\w*\[\w+\]\.(?:dtype|nunique\(\))|\blen\([A-Za-z_]\w*\)", RegexOptions.CultureInvariant)]
    private static partial Regex AboutColumns();

    [GeneratedRegex(@"\.(predict\w*|decision_function|score_samples)\(", RegexOptions.CultureInvariant)]
    private static partial Regex Predict();

    [GeneratedRegex(@"(\.(fit|partial_fit|fit_predict|fit_transform|fit_resample)|\blstsq|\bpolyfit|\bcurve_fit|\blinalg\.solve|\b(lgb|xgb|lightgbm|xgboost)\.(train|cv)|\b(Dataset|DMatrix|Pool))\(", RegexOptions.CultureInvariant)]
    private static partial Regex Fit();

    [GeneratedRegex(@"(?<![\w.'])([A-Za-z_]\w*)(?:\[[^\]]{0,80}\]|\.\w+)?\.(mean|median|std|var|quantile|rank|value_counts|corr|cov)\(", RegexOptions.CultureInvariant)]
    private static partial Regex Statistic();
}
