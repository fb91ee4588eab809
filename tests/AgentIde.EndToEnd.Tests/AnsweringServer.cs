using AgentIde.ModelServer;

namespace AgentIde.EndToEnd.Tests;

/// <summary>A scripted model that gives the answers of a folder. Each of them comes to the same number of tokens.</summary>
internal sealed class AnsweringServer : IAsyncDisposable
{
    private readonly CannedAnswers _answers;

    public AnsweringServer(string task)
    {
        _answers = new CannedAnswers(task);
        Server = new ScriptedServer(request => request.Method == "GET" ? Protocols.Models(request) : Protocols.Answer(request, new CannedAnswer(_answers.Next(request.Body), Thinking: "Let me see.", Usage: new CannedUsage(6_000, 0, 1_000, 10))));
    }

    public ScriptedServer Server { get; }

    /// <summary>How many answers were given to prompts of a kind.</summary>
    public int Given(string @operator) => _answers.Given(@operator);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
