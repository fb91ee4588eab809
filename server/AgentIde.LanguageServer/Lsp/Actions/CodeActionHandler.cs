using System.Text.Json;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Thoughts;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>What can be done from where the person stands: quick fixes, at most seven, none of them preferred.</summary>
internal sealed class CodeActionHandler(ThoughtBlame blames, StandingCode standing) : AskHandler<CodeActionParams, IReadOnlyList<object>?>("textDocument/codeAction")
{
    public const string Kind = "quickfix";
    public const int Maximum = 7;

    protected override async Task<IReadOnlyList<object>?> AnswerAsync(ServerState state, CodeActionParams parameters, CancellationToken cancellationToken)
    {
        Client client = state.Expect();
        bool asked = parameters.Context.Only is not { Count: > 0 } only || only.Contains(Kind) || only.Contains("");
        if (!asked || !state.Documents.TryGetValue(parameters.TextDocument.Uri, out Document? document))
        {
            return [];
        }

        Shown? shown = await standing.ShownAsync(state, document, cancellationToken).ConfigureAwait(false);
        DocumentBlame? blame = await blames.OfAsync(shown, document, cancellationToken).ConfigureAwait(false);
        IEnumerable<Command> offers = Offers.For(state, document, shown, blame, parameters.Range.Start.Line).Take(Maximum);
        return client.CodeActionLiterals
            ? [.. offers.Select(command => new CodeAction(command.Title, Kind, Concerned(command, parameters.Context.Diagnostics), command))]
            : [.. offers];
    }

    /// <summary>Those of our diagnostics at this place that speak of the same node, given back as they came.</summary>
    private static List<JsonElement>? Concerned(Command command, IReadOnlyList<JsonElement>? diagnostics)
    {
        CommandArguments arguments = command.Arguments[0];
        List<JsonElement> concerned = [];
        foreach (JsonElement diagnostic in diagnostics ?? [])
        {
            if (diagnostic.ValueKind == JsonValueKind.Object
                && diagnostic.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.Object
                && data.TryGetProperty("run", out JsonElement run) && run.ValueKind == JsonValueKind.String && run.GetString() == arguments.Run
                && data.TryGetProperty("node", out JsonElement node) && node.ValueKind == JsonValueKind.Number && node.TryGetInt32(out int id) && id == arguments.Node)
            {
                concerned.Add(diagnostic);
            }
        }

        return concerned.Count > 0 ? concerned : null;
    }
}
