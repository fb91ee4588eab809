using AgentIde.Core.Runs;

namespace AgentIde.Models.Keys;

/// <summary>
/// A model that is told no key and whose answers hold none, whole or in pieces: data may hold the key of another
/// provider, a server may send back what it was sent, and answers are kept and shown.
/// </summary>
public sealed class DiscreetModel(IModel inner, Redactor redactor) : IModel
{
    public string Name => inner.Name;

    public Price? Price => inner.Price;

    public TokenUsage Maximum(ModelRequest request) => inner.Maximum(request);

    /// <param name="pieces">Hears whole words: a key may come in two pieces. The last word of all is not among them.</param>
    public async Task<ModelReply> AskAsync(ModelRequest request, Action<ModelPiece>? pieces, CancellationToken cancellationToken)
    {
        ModelRequest clean = request with { System = redactor.Clean(request.System), Messages = [.. request.Messages.Select(message => message with { Text = redactor.Clean(message.Text) })] };
        ModelReply reply = await inner.AskAsync(clean, pieces is null ? null : Discreet(pieces), cancellationToken);
        return reply with { Text = redactor.Clean(reply.Text), Thinking = redactor.Clean(reply.Thinking), Model = redactor.Clean(reply.Model) };
    }

    private Action<ModelPiece> Discreet(Action<ModelPiece> pieces)
    {
        PieceRedactor thinking = new(redactor), text = new(redactor);
        return piece =>
        {
            if ((piece.IsThinking ? thinking : text).Push(piece.Text) is { Length: > 0 } told)
            {
                pieces(piece with { Text = told });
            }
        };
    }
}
