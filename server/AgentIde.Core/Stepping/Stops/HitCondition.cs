using System.Globalization;
using AgentIde.Core.Conditions;
using System.Text.RegularExpressions;

namespace AgentIde.Core.Stepping.Stops;

/// <summary>Which hits count: <c>3</c>, <c>== 3</c>, <c>&gt;= 3</c>, <c>% 3</c>. A hit's number is counted from the run's beginning, so it is the same from both sides.</summary>
public static partial class HitCondition
{
    /// <exception cref="FormatException">It is none; the message says what one looks like.</exception>
    public static Func<int, bool> Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return static _ => true;
        }

        Match match = Form().Match(text);
        if (!match.Success || !int.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number == 0)
        {
            throw new FormatException($"'{ConditionException.Shown(text)}' is no number of hits: write 3, >= 3, < 3 or % 3.");
        }

        return match.Groups[1].Value switch
        {
            ">=" => hit => hit >= number,
            ">" => hit => hit > number,
            "<=" => hit => hit <= number,
            "<" => hit => hit < number,
            "%" => hit => hit % number == 0,
            _ => hit => hit == number,
        };
    }

    [GeneratedRegex(@"^\s*(>=|<=|==|=|>|<|%|)\s*(\d{1,9})\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
