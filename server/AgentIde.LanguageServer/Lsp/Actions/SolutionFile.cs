using System.Collections.Concurrent;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Lsp.Thoughts;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>
/// Writes a node's code into the file that its run was started on: by a versioned edit of the editor's own, only that
/// file, never through a link, and never over anything that a person wrote. What is in the file may be replaced only
/// where it is, to a person's eye, code that was applied before; anything else is a person's, and then they choose:
/// both texts are shown, or the two are merged in one edit, and what stood there is kept.
/// </summary>
internal sealed class SolutionFile(Workspace workspace, RequestQueue<ServerState> queue, Editor editor, ThoughtBlame blames, StandingCode standing, LanguageServerOptions options)
{
    /// <summary>In characters, of a person's text that is kept before a merge: a request that is left holds it.</summary>
    private const int LongestKept = 100_000;

    /// <summary>Somebody who types all the while is told to be at rest.</summary>
    private const int MostMerges = 5;

    /// <summary>By the path of a solution: the node whose edit the editor has not answered yet.</summary>
    private readonly ConcurrentDictionary<string, int> _unanswered = [];

    public async Task ApplyAsync(RunState run, Node node, int? offeredFor, string? how, CancellationToken cancellationToken)
    {
        string root = workspace.Root;
        string named = Path.GetFullPath(run.Journal.Settings?.SolutionFile ?? NodeDocuments.Solution(run), root);
        if (Refusal(run, node, root, named) is { } refusal)
        {
            await editor.ShowAsync(ShowMessageParams.Error, refusal).ConfigureAwait(false);
            return;
        }

        string code = await blames.CodeAsync(run, node.Id, cancellationToken).ConfigureAwait(false);
        ServerState state = queue.Current;
        Document? document = state.OpenAt(named);
        string? text = document?.Text ?? (File.Exists(named) ? await File.ReadAllTextAsync(named, cancellationToken).ConfigureAwait(false) : null);
        if (document is { IsKnown: false })
        {
            await editor.ShowAsync(ShowMessageParams.Warning, $"What stands in {Name(named)} is not known, for a change of it could not be read: close it, open it again and apply node {node.Id} then.").ConfigureAwait(false);
            return;
        }

        if (offeredFor is { } version && document is not null && document.Version != version)
        {
            await editor.ShowAsync(ShowMessageParams.Warning, $"{Name(named)} has changed since this was offered: ask again.").ConfigureAwait(false);
            return;
        }

        if (how == Conflict.Before)
        {
            await TakeBackAsync(run, node, root, named, document, text ?? "", cancellationToken).ConfigureAwait(false);
        }
        else if (await MayReplaceAsync(state, named, text, code, cancellationToken).ConfigureAwait(false))
        {
            if (text == code || await EditAsync(node, $"Apply node {node.Id}", named, document, text, code, cancellationToken).ConfigureAwait(false))
            {
                await TakenAsync(run, node, root, named, null, "", cancellationToken).ConfigureAwait(false);
            }
        }
        else
        {
            await ResolveAsync(run, node, root, named, text!, how, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The file holds work of the person's: they choose, and nothing is written where they don't.</summary>
    private async Task ResolveAsync(RunState run, Node node, string root, string path, string text, string? how, CancellationToken cancellationToken)
    {
        bool mayMerge = await standing.OfAsync(queue.Current, path, text, null, cancellationToken).ConfigureAwait(false) is not null;
        if (how is null && editor.Client.Chooses)
        {
            string? chosen = await editor.ChooseAsync(
                $"{Name(path)} holds work of yours where node {node.Id} is to go. Show both, or merge the two line by line? Undo takes a merge back.",
                [Conflict.DiffTitle, .. mayMerge ? [Conflict.MergeTitle] : Array.Empty<string>(), Conflict.KeepTitle],
                cancellationToken).ConfigureAwait(false);
            how = chosen switch { Conflict.DiffTitle => Conflict.Diff, Conflict.MergeTitle => Conflict.Merge, _ => "" };
        }

        if (how == Conflict.Merge && mayMerge)
        {
            await MergeAsync(run, node, root, path, cancellationToken).ConfigureAwait(false);
        }
        else if (how != "")
        {
            await ShowBothAsync(run, node, path, mayMerge, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task MergeAsync(RunState run, Node node, string root, string path, CancellationToken cancellationToken)
    {
        // What the person typed while they were asked counts too, also where it is heard after their choice.
        string ours, merged;
        int conflicts, attempt = 0;
        Edited edited;
        do
        {
            ServerState state = queue.Current;
            Document? document = state.OpenAt(path);
            ours = document?.Text ?? await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
            AppliedCode merging = new(node.Id, node.Code!.Value, path, options.Time.GetUtcNow());
            (merged, conflicts) = await standing.MergedAsync(state, run, merging, ours, cancellationToken).ConfigureAwait(false);
            edited = merged == ours ? Edited.Taken : await TryEditAsync(node, $"Merge node {node.Id}", path, document, ours, merged, ++attempt < MostMerges, cancellationToken).ConfigureAwait(false);
        }
        while (edited == Edited.Outdated);
        if (edited == Edited.Taken)
        {
            string marked = conflicts == 0 ? "" : $" {(conflicts == 1 ? "One place has" : $"{conflicts} places have")} both between <<<<<<< and >>>>>>>: choose there.";
            await TakenAsync(run, node, root, path, ours.Length <= LongestKept ? ours : null, $" It was merged with your work.{marked}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Brings back what a person had before a node's code was merged into it, unless they have worked on since.</summary>
    private async Task TakeBackAsync(RunState run, Node node, string root, string path, Document? document, string text, CancellationToken cancellationToken)
    {
        int at = run.Applied.FindLastIndex(applied => applied.Path == path && applied.Node == node.Id && applied.Before is not null);
        if (at < 0)
        {
            await editor.ShowAsync(ShowMessageParams.Warning, $"Nothing is kept of what was in {Name(path)} before node {node.Id}: it was applied to no work of yours.").ConfigureAwait(false);
            return;
        }

        string before = await standing.ReadAsync(run, run.Applied[at].Before!.Value, cancellationToken).ConfigureAwait(false);
        if (SourceLines.AreSame(SourceLines.Of(text), SourceLines.Of(before)))
        {
            await editor.ShowAsync(ShowMessageParams.Info, $"{Name(path)} is already as it was before node {node.Id} was merged into it.").ConfigureAwait(false);
            return;
        }

        (RunState Run, AppliedCode Applied)? original = await standing.OfAsync(queue.Current, path, before, run.Applied[at].At, cancellationToken).ConfigureAwait(false);
        string merged = (await standing.MergedAsync(queue.Current, run, run.Applied[at], before, cancellationToken).ConfigureAwait(false)).Text;
        if (original is not { } based || !SourceLines.AreSame(SourceLines.Of(text), SourceLines.Of(merged)))
        {
            string view = await workspace.Store.WriteViewAsync(run.Run, node.Id, $"before-{Path.GetFileName(path)}", System.Text.Encoding.UTF8.GetBytes(before), cancellationToken).ConfigureAwait(false);
            await editor.ShowDocumentAsync(view, cancellationToken).ConfigureAwait(false);
            await editor.ShowAsync(ShowMessageParams.Warning, $"You have worked on {Name(path)} since node {node.Id} was merged into it, so it was left as it is. What was there before is in {view}.").ConfigureAwait(false);
            return;
        }

        if (await EditAsync(node, $"Take back node {node.Id}", path, document, text, before, cancellationToken).ConfigureAwait(false))
        {
            // What stands there comes from the node before again: the next merge goes by that.
            await RecordAsync(based.Run, based.Run.Journal[based.Applied.Node], root, path, null, cancellationToken).ConfigureAwait(false);
            await editor.ShowAsync(ShowMessageParams.Info, $"{Name(path)} is as it was before node {node.Id} was merged into it. Undo brings the merge back.").ConfigureAwait(false);
        }
    }

    /// <returns>Whether the editor took the edit; where not, the person is told.</returns>
    private async Task<bool> EditAsync(Node node, string label, string path, Document? document, string? text, string after, CancellationToken cancellationToken) =>
        await TryEditAsync(node, label, path, document, text, after, mayRepeat: false, cancellationToken).ConfigureAwait(false) == Edited.Taken;

    /// <param name="mayRepeat">Whether nothing is told where the editor refused for a change that has been heard of since.</param>
    private async Task<Edited> TryEditAsync(Node node, string label, string path, Document? document, string? text, string after, bool mayRepeat, CancellationToken cancellationToken)
    {
        if (!_unanswered.TryAdd(path, node.Id))
        {
            string waiting = _unanswered.TryGetValue(path, out int other) ? $" with node {other}" : "";
            await editor.ShowAsync(ShowMessageParams.Warning, $"Apply node {node.Id} again in a moment: {editor.Client.Name} has not said yet whether it took the edit of {Name(path)}{waiting}. If it never does, restart the server.").ConfigureAwait(false);
            return Edited.Refused;
        }

        ApplyWorkspaceEditResult result;
        try
        {
            result = await editor.ApplyAsync(Edit(label, path, document, text, after), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _unanswered.TryRemove(path, out _);
        }

        if (!result.Applied && mayRepeat && queue.Current.OpenAt(path)?.Version != document?.Version)
        {
            return Edited.Outdated;
        }

        if (!result.Applied)
        {
            string reason = result.FailureReason is { } said ? $" ({said})" : "";
            await editor.ShowAsync(ShowMessageParams.Warning, $"The editor did not take the edit of {Name(path)}{reason}: apply node {node.Id} again when the file is at rest.").ConfigureAwait(false);
        }

        return result.Applied ? Edited.Taken : Edited.Refused;
    }

    /// <summary>The file of this run and no other, in the workspace, with no link on the way.</summary>
    private string? Refusal(RunState run, Node node, string root, string named) =>
        !editor.Client.VersionedEdits ? $"{editor.Client.Name} can't take versioned edits. From a shell: agentide apply {run.Run} --node {node.Id}"
        : !FilePaths.IsInside(root, named) ? $"{named} lies outside the folder that is open, {root}: nothing is written there."
        : FilePaths.FirstLink(named, root) is { } link ? $"{link} is a link: nothing is written through it."
        : !File.Exists(named) && !editor.Client.CreatesFiles ? $"{named} is not there, and {editor.Client.Name} can't create it by an edit: make an empty one."
        : null;

    private async Task<bool> MayReplaceAsync(ServerState state, string path, string? text, string code, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(text) || text == code || await standing.IsCodeAsync(state, path, text, cancellationToken).ConfigureAwait(false);

    /// <summary>The way out comes first and the path last: an editor's message line cuts off what is too long for it.</summary>
    private async Task ShowBothAsync(RunState run, Node node, string path, bool mayMerge, CancellationToken cancellationToken)
    {
        string view = await NodeDocumentWriter.WriteAsync(workspace.Store, run, node, NodeDocuments.Solution(run), cancellationToken).ConfigureAwait(false);
        bool besides = editor.Client.TakesDifferences;
        if (mayMerge)
        {
            queue.Change(state => state with { Refused = state.Refused.SetItem(path, (run.Run, node.Id)) });
        }

        // At the right is what can be written: what stands at the left is taken over from there.
        await editor.ShowBothAsync(
            besides ? new ComparedResult(view, path, $"Node {node.Id} of {run.Run} and your {Name(path)}") : new ComparedResult(path, view, ""), cancellationToken).ConfigureAwait(false);
        string wayOut = mayMerge ? $"Take the action \"Merge node {node.Id} into your work\", or undo your edits" : "Undo your edits, or take over what you want";
        await editor.ShowAsync(
            ShowMessageParams.Warning,
            $"{wayOut}: {Name(path)} holds work of yours, so node {node.Id} was not written over it. Its code is {(besides ? "at the left" : $"in {view}")}.").ConfigureAwait(false);
    }

    private async Task TakenAsync(RunState run, Node node, string root, string path, string? before, string also, CancellationToken cancellationToken)
    {
        await RecordAsync(run, node, root, path, before, cancellationToken).ConfigureAwait(false);
        await editor.ShowDocumentAsync(path, cancellationToken).ConfigureAwait(false);
        await editor.ShowAsync(ShowMessageParams.Info, $"Node {node.Id} of {run.Run} is in {Name(path)}: {Wording.Score(run.Journal, node)}.{also} Undo takes it back.").ConfigureAwait(false);
    }

    private async Task RecordAsync(RunState run, Node node, string root, string path, string? before, CancellationToken cancellationToken)
    {
        Digest code = node.Code!.Value;
        if (before is not null)
        {
            standing.Keep(before);
        }

        AppliedCode applied = new(node.Id, code, path, options.Time.GetUtcNow(), before is null ? null : Digest.Of(before));
        queue.Change(state => state.Runs.TryGetValue(run.Run, out RunState? known)
            ? state with { Runs = state.Runs.SetItem(run.Run, known.WithApplied(applied)), Refused = state.Refused.Remove(path) }
            : state);
        await options.Record(workspace.Store, run.Run, new AppliedRequest(editor.Client.Name, node.Id, code, Path.GetRelativePath(root, path), before), cancellationToken).ConfigureAwait(false);
        workspace.Follow(run.Run);
    }

    private static ApplyWorkspaceEditParams Edit(string label, string path, Document? document, string? text, string code)
    {
        string uri = document?.Uri ?? FilePaths.ToUri(path);
        List<DocumentChange> changes = [];
        if (text is null)
        {
            changes.Add(new CreateFile(uri, new CreateFileOptions(IgnoreIfExists: true)));
        }

        changes.Add(new TextDocumentEdit(new OptionalVersionedTextDocumentIdentifier(uri, document?.Version), [TextChange.Between(text ?? "", code)]));
        return new ApplyWorkspaceEditParams(label, new WorkspaceEdit(changes));
    }

    private static string Name(string path) => Path.GetFileName(path);

    private enum Edited
    {
        Taken,

        Refused,

        /// <summary>The text is another by now.</summary>
        Outdated,
    }
}
