using AgentIde.Core.Chats;
using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer.Lsp.Chats;

/// <summary>Which calls of a run are for an editor's own models.</summary>
internal static class EditorCalls
{
    /// <summary>Whether such a call is under way.</summary>
    public static bool AreOpen(Journal journal) =>
        journal.Spending.Total.Open > 0 && journal.Spending.ByModel.Any(model => model.Value.Open > 0 && EditorModelName.Is(model.Key));

    /// <summary>The node whose call under way asks this; null where there is none.</summary>
    public static int? NodeOf(Journal journal, ChatQuestion question) => EditorModelName.Is(question.Model)
        ? journal.UnderWay.FirstOrDefault(node => node.Calls.Any(call => call.IsOpen && call.Number == question.Call && call.Model == question.Model))?.Id
        : null;
}
