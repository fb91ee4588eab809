using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Words that people grade with, from least to most.</summary>
internal static class Vocabulary
{
    private static readonly ImmutableArray<ImmutableArray<string>> Scales =
    [
        ["fair", "good", "very good", "premium", "ideal"],
        ["i3", "i2", "i1", "si2", "si1", "vs2", "vs1", "vvs2", "vvs1", "if", "fl"],
        ["terrible", "very poor", "very bad", "poor", "bad", "below average", "fair", "okay", "ok", "average", "typical", "above average", "good", "very good", "great", "excellent", "outstanding"],
        ["none", "no", "na", "po", "fa", "ta", "gd", "ex"],
        ["none", "very low", "low", "lowest", "below normal", "moderate", "normal", "medium", "mid", "average", "above normal", "high", "well above normal", "very high", "highest", "extreme"],
        ["never", "almost never", "rarely", "seldom", "sometimes", "occasionally", "often", "frequently", "usually", "almost always", "always"],
        ["strongly disagree", "disagree", "somewhat disagree", "neutral", "somewhat agree", "agree", "strongly agree"],
        ["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"],
        ["tiny", "very small", "small", "medium", "large", "very large", "huge"],
        ["freezing", "cold", "cool", "mild", "warm", "hot", "boiling hot"],
        ["none", "primary", "secondary", "tertiary"],
        ["less than high school", "some high school", "high school", "some college", "associate's degree", "associate", "bachelor's degree", "bachelor", "master's degree", "master", "doctorate", "phd"],
        ["novice", "beginner", "basic", "intermediate", "advanced", "expert", "master", "grandmaster", "contributor"],
        ["bronze", "silver", "gold", "platinum", "diamond"],
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"],
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        ["first", "second", "third", "fourth", "fifth"],
    ];

    /// <summary>The values from least to most where all of them grade by one scale, at least three; null otherwise.</summary>
    public static IReadOnlyList<string>? Order(string column, ImmutableArray<string> values)
    {
        if (values.Length < 3)
        {
            return null;
        }

        if (column.Contains("colo", StringComparison.OrdinalIgnoreCase) && values.All(value => value is [>= 'D' and <= 'Z']))
        {
            // The colour of gems is graded from D, the best, downwards.
            return [.. values.OrderDescending(StringComparer.Ordinal)];
        }

        foreach (ImmutableArray<string> scale in Scales)
        {
            if (values.All(value => scale.Contains(Key(value))) && values.Select(Key).Distinct().Count() == values.Length)
            {
                return [.. values.OrderBy(value => scale.IndexOf(Key(value)))];
            }
        }

        return null;
    }

    private static string Key(string value) => value.Trim().ToLowerInvariant().Replace('_', ' ').Replace('-', ' ');
}
