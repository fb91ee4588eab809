using AgentIde.Core.Chats;
using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer.Lsp.Chats;

/// <summary>Which calls of a run are for an editor's own models.</summary>
internal static class EditorCalls
{
    private const string Editor = "vscode", Prefix = $"{Editor}:";

    public static bool IsOfEditor(string model) => model == Editor || model.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether such a call is under way.</summary>
    public static bool AreOpen(Journal journal) =>
        journal.Spending.Total.Open > 0 && journal.Spending.ByModel.Any(model => model.Value.Open > 0 && IsOfEditor(model.Key));

    /// <summary>The node whose call under way asks this; null where there is none.</summary>
    public static int? NodeOf(Journal journal, ChatQuestion question) => IsOfEditor(question.Model)
        ? journal.UnderWay.FirstOrDefault(node => node.Calls.Any(call => call.IsOpen && call.Number == question.Call && call.Model == question.Model))?.Id
        : null;

    /// <summary>The editor's own name of a model; null for whichever it prefers.</summary>
    public static string? ModelOf(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : null;
}
