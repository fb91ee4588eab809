using System.Text.Json;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>Runs commands by name. Arguments are ids and numbers, and a task's folder; nothing in them is ever executed.</summary>
internal sealed class ExecuteCommandHandler(IReadOnlyList<ICommand> commands) : AskHandler<ExecuteCommandParams, object?>("workspace/executeCommand")
{
    public IReadOnlyList<string> Names { get; } = [.. commands.Select(command => command.Name)];

    protected override Task<object?> AnswerAsync(ServerState state, ExecuteCommandParams parameters, CancellationToken cancellationToken)
    {
        ICommand command = commands.FirstOrDefault(command => command.Name == parameters.Command)
            ?? throw new RequestFailedException($"There is no command '{PlainText.Visible(parameters.Command, 100)}'. There are: {string.Join(", ", Names)}.");
        return !command.OnlyShows && !state.Expect().Trusted
            ? throw new RequestFailedException("This folder is not trusted: trust it in the editor to start runs and to apply solutions.")
            : command.RunAsync(state, Arguments(parameters), cancellationToken);
    }

    private static CommandArguments Arguments(ExecuteCommandParams parameters)
    {
        if (parameters.Arguments is not [{ } first, ..] || first.ValueKind == JsonValueKind.Null)
        {
            return new CommandArguments();
        }

        return first.ValueKind == JsonValueKind.Object
            ? first.Deserialize(ProtocolJsonContext.Default.CommandArguments) ?? new CommandArguments()
            : throw new RequestFailedException($"{parameters.Command} takes one object, such as {{\"run\": \"diamonds-1\", \"node\": 3}}.");
    }
}
