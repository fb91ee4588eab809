using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentIde.Import.Aide;

/// <summary>
/// How long a program ran, as AIDE tells its models under what the program wrote: <c>Execution time: 5 minutes seconds</c>.
/// That is in whole units, rounded down, so <c>5 minutes</c> is anything up to six.
/// </summary>
internal static partial class ExecutionTimes
{
    /// <summary>In seconds: three years. What is longer was not measured.</summary>
    public const double Longest = 1e8;

    /// <summary>The least that the last line of an output tells, in seconds; null where it tells nothing.</summary>
    public static double? Last(string output)
    {
        if (Told().Match(output) is not { Success: true } told)
        {
            return null;
        }

        double unit = told.Groups["unit"].Value switch { "moment" => 0, "second" => 1, "minute" => 60, "hour" => 3_600, _ => 86_400 };
        string count = told.Groups["count"].Value;
        double seconds = count is "a" or "an" ? unit : int.Parse(count, CultureInfo.InvariantCulture) * unit;
        return seconds <= Longest ? seconds : null;
    }

    [GeneratedRegex(@"(?:^|\n)Execution time: (?<count>an?|[0-9]{1,6}) (?<unit>moment|second|minute|hour|day)s?(?: seconds)?(?: \(time limit is [^\n()]{1,40}\))?\.?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Told();
}
