using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>Answers of a folder: to each kind of prompt the next one of its kind, the last of them for ever.</summary>
internal sealed class CannedAnswers(string task)
{
    private static readonly (string Operator, string Words)[] Prompts =
        [("draft", "Write a first program of a new kind"), ("debug", "Find the cause and mend it"), ("improve", "Make one change that should improve"),
        ("tune", "Change parameters of the program and nothing else"), ("ablate", "Take one part out of the program"), ("merge", "Write one program that joins the two above"),
        ("simplify", "Make the program simpler for the same grade"), ("review", "You read a machine-learning program and what it printed")];

    private readonly Dictionary<string, int> _given = [];
    private readonly Lock _lock = new();
    private readonly string _folder = Repository.PathOf("tests", "AgentIde.EndToEnd.Tests", "Answers", task);

    /// <summary>How many answers were given to prompts of a kind.</summary>
    public int Given(string @operator)
    {
        lock (_lock)
        {
            return _given.GetValueOrDefault(@operator);
        }
    }

    public string Next(string prompt)
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
