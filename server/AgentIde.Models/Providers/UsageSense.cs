using AgentIde.Core.Runs;

namespace AgentIde.Models.Providers;

/// <summary>
/// Sets what a provider reports against what was seen. A report that is missing, negative or out of all proportion is
/// replaced by our own upper bound, one that is smaller than half of what was seen is raised to it: nobody can spend more
/// than allowed by lying low, nor end a run by lying high.
/// </summary>
internal static class UsageSense
{
    /// <summary>A provider adds to prompts of its own; beyond this many times the most that we asked for it is no such thing.</summary>
    private const long Proportion = 4;

    private const long Leeway = 10_000;

    /// <param name="reported">As it came; null where nothing did.</param>
    /// <param name="maximum">The upper bound of before the request.</param>
    /// <param name="sent">Tokens of the prompt's text, as an upper bound.</param>
    /// <param name="seen">Tokens of text and thoughts that came, as an upper bound.</param>
    /// <param name="thinking">Those of them that were thoughts.</param>
    /// <param name="hidesThinking">There may have been more output than what was seen.</param>
    /// <param name="slack">How many times the truth our count may be.</param>
    public static TokenUsage Of(TokenUsage? reported, TokenUsage maximum, long sent, long seen, long thinking, bool hidesThinking, int slack)
    {
        if (reported is null || !IsPossible(reported, maximum))
        {
            // Where nothing was seen, a call of some tool may have been written and paid for.
            long output = hidesThinking || seen == 0 ? Math.Max(seen, maximum.Output) : seen;
            return new TokenUsage(maximum.Input, 0, output, thinking);
        }
        long input = reported.Input < sent / (2 * slack) ? sent : reported.Input;
        long raised = reported.Output < seen / (2 * slack) ? seen : reported.Output;
        return new TokenUsage(
            input,
            Math.Min(reported.CachedInput, input),
            raised,
            Math.Min(Math.Max(reported.Reasoning, reported.Reasoning == 0 ? thinking : 0), raised));
    }

    private static bool IsPossible(TokenUsage reported, TokenUsage maximum) =>
        reported is { Input: >= 0, CachedInput: >= 0, Output: >= 0, Reasoning: >= 0 }
        && reported.Input <= (maximum.Input * Proportion) + Leeway
        && reported.Output <= (maximum.Output * Proportion) + Leeway;
}
