using System.Globalization;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Answers;

/// <summary>
/// Reads a review: an object of <c>is_bug</c>, <c>summary</c>, <c>metric</c> and <c>lower_is_better</c>, as JSON, as
/// Python prints it, in a fence or among other text. A whole number is a metric like any other.
/// </summary>
public static class ReviewReader
{
    private const int MaximumLength = 2_000_000;
    private const int MostStarts = 8;
    private const int SummaryLimit = 1_000;

    /// <exception cref="UnreadableAnswerException">There is no such object, or it does not say whether there is a bug.</exception>
    public static Review Read(string text)
    {
        if (text.Length > MaximumLength)
        {
            throw new UnreadableAnswerException($"The review is longer than {MaximumLength / 1_000_000} million characters.");
        }

        string clean = AnswerText.Of(text);
        int at = -1;
        for (int tries = 0; tries < MostStarts && (at = clean.IndexOf('{', at + 1)) >= 0; tries++)
        {
            if (LooseObject.Read(clean, at) is { } read && Truth(read.Value["is_bug"]) is { } isBug)
            {
                return new Review(isBug, VisibleText.Line(read.Value["summary"] ?? "", SummaryLimit), Number(read.Value["metric"]), Truth(read.Value["lower_is_better"]))
                {
                    IsSuspect = Truth(read.Value["is_suspect"]),
                    Findings = read.Value.Fields.GetValueOrDefault("findings") is { } findings ? StructuredAnswer.ReasonsOf(findings) : [],
                };
            }
        }

        throw new UnreadableAnswerException("The review is no object with is_bug (true or false), summary, metric and lower_is_better.");
    }

    private static bool? Truth(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        "true" or "yes" or "1" => true,
        "false" or "no" or "0" => false,
        _ => null,
    };

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;
}
