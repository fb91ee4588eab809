using AgentIde.ModelServer;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>
/// A scripted model that gives the answers of a folder: to each kind of prompt the next one of its kind, the last of
/// them for ever. Each of them comes to the same number of tokens.
/// </summary>
internal sealed class AnsweringServer : IAsyncDisposable
{
    private static readonly (string Operator, string Words)[] Prompts =
        [("draft", "Write a first program of a new kind"), ("debug", "Find the cause and mend it"), ("improve", "Make one change that should improve"),
        ("tune", "Change parameters of the program and nothing else"), ("ablate", "Take one part out of the program"), ("merge", "Write one program that joins the two above"),
        ("simplify", "Make the program simpler for the same grade"), ("review", "You read a machine-learning program and what it printed")];

    private readonly Dictionary<string, int> _given = [];
    private readonly Lock _lock = new();
    private readonly string _folder;

    public AnsweringServer(string task)
    {
        _folder = Repository.PathOf("tests", "AgentIde.EndToEnd.Tests", "Answers", task);
        Server = new ScriptedServer(request => request.Method == "GET" ? Protocols.Models(request) : Protocols.Answer(request, new CannedAnswer(Next(request.Body), Thinking: "Let me see.", Usage: new CannedUsage(6_000, 0, 1_000, 10))));
    }

    public ScriptedServer Server { get; }

    /// <summary>How many answers were given to prompts of a kind.</summary>
    public int Given(string @operator)
    {
        lock (_lock)
        {
            return _given.GetValueOrDefault(@operator);
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private string Next(string prompt)
    {
        string @operator = Prompts.First(kind => prompt.Contains(kind.Words, StringComparison.Ordinal)).Operator;
        int number;
        lock (_lock)
        {
            number = _given[@operator] = _given.GetValueOrDefault(@operator) + 1;
        }

        while (!File.Exists(Path.Combine(_folder, $"{@operator}-{number}.md")))
        {
            number--;
        }

        return File.ReadAllText(Path.Combine(_folder, $"{@operator}-{number}.md"));
    }
}
