namespace AgentIde.Models.Prompts;

/// <summary>How prompts are written for one model and one environment.</summary>
/// <param name="Environment">What programs find where they run.</param>
/// <param name="MaximumTokens">Of the whole prompt, by <see cref="Tokens.Bound"/>.</param>
/// <param name="MaximumOutput">Of the answer, reasoning included.</param>
public sealed record PromptOptions(EnvironmentFacts Environment, int MaximumTokens, int MaximumOutput)
{
    /// <summary>Of what is told of other nodes.</summary>
    public int MemoryTokens { get; init; } = 2_000;

    /// <summary>Whether the model can be held to an object with fields; the answer is then asked for as one.</summary>
    public bool IsStructured { get; init; }

    public Effort? Effort { get; init; }

    /// <summary>0 to 2; null leaves it to the model.</summary>
    public double? Temperature { get; init; }
}
