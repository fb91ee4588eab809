using AgentIde.Core.Runs;

namespace AgentIde.Models.Tests.Recordings;

/// <summary>Answers with what a test says, one thing after the other: a reply, or an exception to throw.</summary>
internal sealed class ScriptedModel(params object[] answers) : IModel
{
    private int _asked;

    public string Name => "scripted:one";

    public Price? Price { get; } = new(1, 10, null, new DateOnly(2026, 11, 1));

    public TokenUsage Maximum(ModelRequest request) => new(request.Messages.Sum(message => message.Text.Length), 0, request.MaximumOutput, 0);

    public Task<ModelReply> AskAsync(ModelRequest request, Action<ModelPiece>? pieces, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        object answer = answers[_asked++];
        return answer is ModelReply reply ? Task.FromResult(reply) : throw (Exception)answer;
    }
}
