namespace AgentIde.Models.Prompts;

/// <summary>How prompts are written for one model and one environment.</summary>
/// <param name="Environment">What programs find where they run.</param>
/// <param name="MaximumTokens">Of the whole prompt, by <see cref="Tokens.Bound"/>.</param>
/// <param name="MaximumOutput">Of the answer, reasoning included.</param>
public sealed record PromptOptions(EnvironmentFacts Environment, int MaximumTokens, int MaximumOutput)
{
    /// <summary>Of what is told of other nodes.</summary>
    public int MemoryTokens { get; init; } = 2_000;

    /// <summary>Whether a program is asked for as a field of an object, which models write worse than one in a block of its own.</summary>
    public bool IsStructured { get; init; }

    /// <summary>Whether the model is held to an object with fields where the answer holds no program.</summary>
    public bool TakesForms { get; init; }

    public Effort? Effort { get; init; }

    /// <summary>0 to 2; null leaves it to the model.</summary>
    public double? Temperature { get; init; }
}
