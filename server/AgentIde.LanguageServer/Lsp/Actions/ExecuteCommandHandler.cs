using System.Text.Json;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>Runs commands by name. Arguments are ids and numbers, and a task's folder; nothing in them is ever executed.</summary>
internal sealed class ExecuteCommandHandler(IReadOnlyList<ICommand> commands) : AskHandler<ExecuteCommandParams, object?>("workspace/executeCommand")
{
    private const int MostMistakes = 2;
    private const int LongestName = 40;

    public IReadOnlyList<string> Names { get; } = [.. commands.Select(command => command.Name)];

    protected override Task<object?> AnswerAsync(ServerState state, ExecuteCommandParams parameters, CancellationToken cancellationToken)
    {
        ICommand command = commands.FirstOrDefault(command => command.Name == parameters.Command)
            ?? throw new RequestFailedException($"There is no command '{PlainText.Visible(parameters.Command, 100)}'. There are: {string.Join(", ", Names)}.");
        return !command.OnlyShows && !state.Expect().Trusted
            ? throw new RequestFailedException("This folder is not trusted: trust it in the editor to start runs and to apply solutions.")
            : command.RunAsync(state, Arguments(command, parameters), cancellationToken);
    }

    private static CommandArguments Arguments(ICommand command, ExecuteCommandParams parameters)
    {
        if (parameters.Arguments is not [{ } first, ..] || first.ValueKind == JsonValueKind.Null)
        {
            return new CommandArguments();
        }

        if (first.ValueKind != JsonValueKind.Object)
        {
            throw new RequestFailedException($"{parameters.Command} takes one object, such as {{\"run\": \"diamonds-1\", \"node\": 3}}.");
        }

        // What is passed over in silence would be taken for done.
        foreach (JsonProperty given in first.EnumerateObject())
        {
            if (!command.Takes.Contains(given.Name))
            {
                string? meant = command.Takes.Select(name => (Name: name, Distance: Distance(name, given.Name))).Where(name => name.Distance <= MostMistakes).OrderBy(name => name.Distance).Select(name => name.Name).FirstOrDefault();
                throw new RequestFailedException($"{parameters.Command} knows no '{PlainText.Visible(given.Name, 40)}'{(meant is null ? "." : $": did you mean '{meant}'?")} It takes {string.Join(", ", command.Takes)}.");
            }
        }

        return first.Deserialize(ProtocolJsonContext.Default.CommandArguments) ?? new CommandArguments();
    }

    /// <summary>How many letters have to be put in, left out or replaced to make one name of the other (Levenshtein, 1966).</summary>
    private static int Distance(string name, string other)
    {
        int[] row = [.. Enumerable.Range(0, Math.Min(other.Length, LongestName) + 1)];
        for (int i = 1; i <= name.Length; i++)
        {
            (int diagonal, row[0]) = (row[0], i);
            for (int j = 1; j < row.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (char.ToLowerInvariant(name[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1)));
            }
        }

        return row[^1] + Math.Max(0, other.Length - LongestName);
    }
}
