using System.Collections.Immutable;
using AgentIde.Core.Chats;
using AgentIde.Core.Runs;
using AgentIde.Storage;

namespace AgentIde.Cli.Terminal;

/// <summary>What a run waits for where it asks an editor's models. It is seen in the run's folder, at any moment: the log says nothing of it.</summary>
internal static class EditorWords
{
    /// <summary>Null where nothing waits for an editor.</summary>
    public static string? Waiting(SqliteRunStore store, Journal journal)
    {
        if (journal is not { Settings: { } settings, Finished: null, Spending.Total.Open: > 0 })
        {
            return null;
        }

        ImmutableArray<UnansweredChat> waiting = [.. store.ChatsOf(settings.Run).Unanswered().Where(chat => chat.By is null)];
        return waiting.IsEmpty ? null
            : $"for an editor that offers its models ({string.Join(", ", waiting.Select(chat => chat.Model).Distinct())}): open {CommonFolder(store, settings.Run)} in VS Code with AgentIde";
    }

    /// <summary>The folder whose <c>.agentide/runs</c> holds the run, as the one that looks has it open.</summary>
    private static string CommonFolder(SqliteRunStore store, RunId run) =>
        store.FolderOf(run) is var folder && Path.GetDirectoryName(Path.GetDirectoryName(folder)) is { } place && Path.GetFileName(place) == ".agentide"
            ? Path.GetDirectoryName(place)!
            : Commands.CommonOptions.Workspace;
}
