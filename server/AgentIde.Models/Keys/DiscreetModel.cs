using AgentIde.Core.Runs;

namespace AgentIde.Models.Keys;

/// <summary>A model whose answers hold no key: a server may send back what it was sent, and answers are kept.</summary>
public sealed class DiscreetModel(IModel inner, Redactor redactor) : IModel
{
    public string Name => inner.Name;

    public Price? Price => inner.Price;

    public TokenUsage Maximum(ModelRequest request) => inner.Maximum(request);

    /// <param name="pieces">Not cleaned: a key may come in two pieces. They are for the moment, and nothing keeps them.</param>
    public async Task<ModelReply> AskAsync(ModelRequest request, Action<ModelPiece>? pieces, CancellationToken cancellationToken)
    {
        ModelReply reply = await inner.AskAsync(request, pieces, cancellationToken);
        return reply with { Text = redactor.Clean(reply.Text), Thinking = redactor.Clean(reply.Thinking), Model = redactor.Clean(reply.Model) };
    }
}
