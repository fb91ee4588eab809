using AgentIde.Core.Runs;

namespace AgentIde.Models.Tests.Engineers;

/// <summary>Says what its script says, one word after the other; a function of the request where that matters.</summary>
internal sealed class ScriptedModel(params Func<ModelRequest, ModelReply>[] script) : IModel
{
    private readonly List<ModelRequest> _requests = [];

    public string Name { get; init; } = "scripted:one";

    public Price? Price { get; init; } = new(Input: 1, Output: 10, CachedInput: null, new DateOnly(2026, 11, 1));

    public IReadOnlyList<ModelRequest> Requests => _requests;

    public TokenUsage Maximum(ModelRequest request) => new(1000, 0, request.MaximumOutput, 0);

    public Task<ModelReply> AskAsync(ModelRequest request, Action<ModelPiece>? pieces, CancellationToken cancellationToken)
    {
        Func<ModelRequest, ModelReply> next;
        lock (_requests)
        {
            next = script[Math.Min(_requests.Count, script.Length - 1)];
            _requests.Add(request);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(next(request));
    }

    internal static Func<ModelRequest, ModelReply> Says(string text, int input = 800, int output = 200) =>
        _ => new ModelReply(text, "", new TokenUsage(input, 0, output, 0), StopReason.Finished, "one");

    internal static Func<ModelRequest, ModelReply> Fails(CallProblem problem, TokenUsage? spent = null, TimeSpan? retryAfter = null) =>
        _ => throw new ModelException(problem, $"The provider says {problem}.", spent ?? TokenUsage.None, retryAfter);
}
