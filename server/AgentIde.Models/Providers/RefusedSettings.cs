using AgentIde.Models.Providers.Wire;

namespace AgentIde.Models.Providers;

/// <summary>Reads from a refusal which optional setting it is about.</summary>
internal static class RefusedSettings
{
    private static readonly (Quirks Setting, string[] Names)[] Names =
    [
        (Quirks.Version, ["anthropic-version", "anthropic_version"]),
        (Quirks.ServiceTier, ["service_tier"]),
        (Quirks.StreamOptions, ["stream_options", "include_usage"]),
        (Quirks.MaximumName, ["max_completion_tokens", "max_tokens"]),
        (Quirks.Summary, ["summary", "summaries"]),
        (Quirks.Form, ["output_config.format", "output_format"]),
        (Quirks.Thinking, ["thinking", "budget_tokens", "adaptive", "output_config"]),
        (Quirks.Temperature, ["temperature"]),
        (Quirks.Effort, ["reasoning", "thinking", "think value", "effort"]),
        (Quirks.Form, ["response_format", "json_schema", "text.format", "tool_choice", "tools", "structured output", "output_config"]),
        (Quirks.Stream, ["'stream'", "\"stream\"", "stream this model", "streaming"]),
    ];

    private static readonly string[] NotAbout = ["too large", "too long", "too high", "at most", "exceed", "context length", "credit", "maximum allowed"];

    /// <summary>A key's own name in <c>tool_choice</c> goes before the wider word: thinking and a forced tool exclude each other.</summary>
    /// <param name="carried">The optional settings that the request had.</param>
    /// <returns>None where it is about something else; else one setting.</returns>
    public static Quirks Of(Refusal refusal, Quirks carried)
    {
        if (refusal.Status is not (400 or 422) || Failures.IsTooLong(refusal) || NotAbout.Any(Has))
        {
            return Quirks.None;
        }
        if (carried.HasFlag(Quirks.Form) && Has("tool_choice"))
        {
            return Quirks.Form;
        }
        return Names.FirstOrDefault(entry => carried.HasFlag(entry.Setting) && entry.Names.Any(Has)).Setting;

        bool Has(string word) => refusal.Body.Contains(word, StringComparison.OrdinalIgnoreCase);
    }
}
