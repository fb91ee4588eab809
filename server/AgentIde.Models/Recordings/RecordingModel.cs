using AgentIde.Core.Runs;

namespace AgentIde.Models.Recordings;

/// <summary>
/// A model whose exchanges are recorded, those without an answer too. What was cancelled is not: it had no end that
/// could be played again.
/// </summary>
public sealed class RecordingModel(IModel inner, RecordingFile file) : IModel
{
    public string Name => inner.Name;

    public Price? Price => inner.Price;

    public TokenUsage Maximum(ModelRequest request) => inner.Maximum(request);

    /// <exception cref="ModelException">The inner model's.</exception>
    /// <exception cref="IOException">The exchange can't be recorded.</exception>
    public async Task<ModelReply> AskAsync(ModelRequest request, Action<ModelPiece>? pieces, CancellationToken cancellationToken)
    {
        RecordedExchange asked = new(RecordedExchange.CurrentVersion, file.Redact(Name), RecordedRequest.Of(request, file.Redact), Maximum(request));
        try
        {
            ModelReply reply = await inner.AskAsync(request, pieces, cancellationToken);
            await file.AddAsync(asked with { Reply = RecordedReply.Of(reply, file.Redact) });
            return reply;
        }
        catch (ModelException problem)
        {
            await file.AddAsync(asked with { Problem = RecordedProblem.Of(problem, file.Redact) });
            throw;
        }
    }
}
