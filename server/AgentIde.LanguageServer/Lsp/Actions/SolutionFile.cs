using System.Collections.Immutable;
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
/// where it is, to a person's eye, code that was applied before; anything else is a person's, and then both texts are
/// shown instead.
/// </summary>
internal sealed class SolutionFile(Workspace workspace, RequestQueue<ServerState> queue, Editor editor, ThoughtBlame blames, LanguageServerOptions options)
{
    /// <summary>How far back a text is recognised as applied before: a person may have gone back to an older one.</summary>
    private const int RememberedCodes = 20;

    public async Task ApplyAsync(RunState run, Node node, int? offeredFor, CancellationToken cancellationToken)
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

        if (!await MayReplaceAsync(state, named, text, code, cancellationToken).ConfigureAwait(false))
        {
            await ShowBothAsync(run, node, named, cancellationToken).ConfigureAwait(false);
            return;
        }

        ApplyWorkspaceEditResult result = text == code
            ? new ApplyWorkspaceEditResult(true)
            : await editor.ApplyAsync(Edit(node, named, document, text, code), cancellationToken).ConfigureAwait(false);
        if (!result.Applied)
        {
            string reason = result.FailureReason is { } said ? $" ({said})" : "";
            await editor.ShowAsync(ShowMessageParams.Warning, $"The editor did not take the edit of {Name(named)}{reason}: apply node {node.Id} again when the file is at rest.").ConfigureAwait(false);
            return;
        }

        await TakenAsync(run, node, root, named, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The file of this run and no other, in the workspace, with no link on the way.</summary>
    private string? Refusal(RunState run, Node node, string root, string named) =>
        !editor.Client.VersionedEdits ? $"{editor.Client.Name} can't take versioned edits. From a shell: agentide apply {run.Run} --node {node.Id}"
        : !FilePaths.IsInside(root, named) ? $"{named} lies outside the folder that is open, {root}: nothing is written there."
        : FilePaths.FirstLink(named, root) is { } link ? $"{link} is a link: nothing is written through it."
        : !File.Exists(named) && !editor.Client.CreatesFiles ? $"{named} is not there, and {editor.Client.Name} can't create it by an edit: make an empty one."
        : null;

    private async Task<bool> MayReplaceAsync(ServerState state, string path, string? text, string code, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text) || text == code)
        {
            return true;
        }

        ImmutableArray<string> lines = SourceLines.Of(text);
        HashSet<Digest> seen = [];
        foreach ((RunState run, AppliedCode applied) in state.Runs.Values
            .SelectMany(run => run.Applied.Where(applied => applied.Path == path).Select(applied => (run, applied)))
            .OrderByDescending(entry => entry.applied.At))
        {
            if (!seen.Add(applied.Code))
            {
                continue;
            }

            if (SourceLines.AreSame(lines, SourceLines.Of(await blames.CodeAsync(run, applied.Node, cancellationToken).ConfigureAwait(false))))
            {
                return true;
            }

            if (seen.Count == RememberedCodes)
            {
                break;
            }
        }

        return false;
    }

    private async Task ShowBothAsync(RunState run, Node node, string path, CancellationToken cancellationToken)
    {
        string view = await NodeDocumentWriter.WriteAsync(workspace.Store, run, node, NodeDocuments.Solution(run), cancellationToken).ConfigureAwait(false);
        await editor.ShowDocumentAsync(path, cancellationToken).ConfigureAwait(false);
        await editor.ShowDocumentAsync(view, cancellationToken).ConfigureAwait(false);
        await editor.ShowAsync(
            ShowMessageParams.Warning,
            $"{Name(path)} holds work of yours, so node {node.Id} was not written over it. Its code is in {view}: take over what you want, or undo your edits and apply again.").ConfigureAwait(false);
    }

    private async Task TakenAsync(RunState run, Node node, string root, string path, CancellationToken cancellationToken)
    {
        Digest code = node.Code!.Value;
        AppliedCode applied = new(node.Id, code, path, options.Time.GetUtcNow());
        queue.Change(state => state.Runs.TryGetValue(run.Run, out RunState? known)
            ? state with { Runs = state.Runs.SetItem(run.Run, known.WithApplied(applied)) }
            : state);
        await options.Record(workspace.Store, run.Run, new AppliedRequest(editor.Client.Name, node.Id, code, Path.GetRelativePath(root, path)), cancellationToken).ConfigureAwait(false);
        workspace.Follow(run.Run);
        await editor.ShowDocumentAsync(path, cancellationToken).ConfigureAwait(false);
        await editor.ShowAsync(ShowMessageParams.Info, $"Node {node.Id} of {run.Run} is in {Name(path)}: {Wording.Score(run.Journal, node)}. Undo takes it back.").ConfigureAwait(false);
    }

    private static ApplyWorkspaceEditParams Edit(Node node, string path, Document? document, string? text, string code)
    {
        string uri = document?.Uri ?? FilePaths.ToUri(path);
        List<DocumentChange> changes = [];
        if (text is null)
        {
            changes.Add(new CreateFile(uri, new CreateFileOptions(IgnoreIfExists: true)));
        }

        changes.Add(new TextDocumentEdit(new OptionalVersionedTextDocumentIdentifier(uri, document?.Version), [TextChange.Between(text ?? "", code)]));
        return new ApplyWorkspaceEditParams($"Apply node {node.Id}", new WorkspaceEdit(changes));
    }

    private static string Name(string path) => Path.GetFileName(path);
}
