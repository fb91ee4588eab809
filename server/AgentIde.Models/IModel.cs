using AgentIde.Core.Runs;

namespace AgentIde.Models;

/// <summary>
/// A model at a provider. One attempt is one request on the wire: nothing is repeated, nothing is redirected, and no
/// budget is asked here. Whoever asks reserves before and settles after.
/// </summary>
public interface IModel
{
    /// <summary>As the user names it: <c>openai:gpt-5.1</c>.</summary>
    string Name { get; }

    /// <summary>Dollars for a million tokens; null where nobody has told.</summary>
    Price? Price { get; }

    /// <summary>Tokens that the request can have at most, counted before it is sent: input by a tokenizer or an upper bound, output as asked for.</summary>
    TokenUsage Maximum(ModelRequest request);

    /// <param name="pieces">Hears the answer while it comes, where the provider streams.</param>
    /// <exception cref="ModelException">There is no answer; says why, what it may have cost, and whether another try makes sense.</exception>
    /// <exception cref="NeverAskedException">It was cancelled before anything was asked.</exception>
    /// <exception cref="OperationCanceledException"/>
    Task<ModelReply> AskAsync(ModelRequest request, Action<ModelPiece>? pieces, CancellationToken cancellationToken);
}

/// <summary>Dollars for a million tokens, as of a day.</summary>
/// <param name="CachedInput">For input that the provider had in its cache; null where it is no cheaper.</param>
public sealed record Price(decimal Input, decimal Output, decimal? CachedInput, DateOnly AsOf)
{
    /// <summary>Dollars, rounded up to a millionth.</summary>
    public decimal Of(TokenUsage usage)
    {
        decimal cached = Math.Min(usage.CachedInput, usage.Input);
        decimal whole = ((usage.Input - cached) * Input) + (cached * (CachedInput ?? Input)) + (usage.Output * Output);
        return Math.Ceiling(whole) / 1_000_000m;
    }
}
