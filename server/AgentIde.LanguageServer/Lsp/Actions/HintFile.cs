using System.Text;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>
/// <c>.agentide/HINT.md</c>: what a person writes there is a hint when it is saved, in any editor. It goes to the live
/// run, else to the newest that is not finished; the same text goes to a run once. Comments are the file's own.
/// </summary>
internal sealed class HintFile(Workspace workspace, RequestQueue<ServerState> queue, Steering steering, Editor editor, BackgroundWork background)
{
    private const string FileName = "HINT.md";

    private const string Template = """
        <!-- Write below, in your words, what the engineer is to bear in mind, and save the file.
             It is told to the run that is live, else to the newest that has not finished. What stands in marks like these is not. -->


        """;

    private readonly Lock _gate = new();
    private readonly HashSet<(RunId Run, string Text)> _said = [];

    /// <summary>Makes the file where there is none, or nothing in it, and returns its path.</summary>
    /// <exception cref="RequestFailedException">It can't be made there.</exception>
    public async Task<string> OpenAsync(CancellationToken cancellationToken)
    {
        string path = PathIn(workspace.Root);
        if (FilePaths.FirstLink(path, workspace.Root) is { } link)
        {
            throw new RequestFailedException($"{link} is a link: nothing is written through it.");
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (!File.Exists(path) || new FileInfo(path).Length == 0)
            {
                await File.WriteAllTextAsync(path, Template, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new RequestFailedException($"{path} can't be written: {problem.Message}");
        }

        return path;
    }

    /// <summary>A document was saved: must be quick.</summary>
    public void Saved(ServerState state, Document document)
    {
        if (state is { Root: { } root, Client: not null } && document.Path == PathIn(root) && TextOf(document.Text) is { Length: > 0 } text)
        {
            background.Start("Taking the hint of .agentide/HINT.md", cancellationToken => TakeAsync(text, cancellationToken));
        }
    }

    /// <summary>What a person wrote: all but HTML comments.</summary>
    internal static string TextOf(string document)
    {
        StringBuilder text = new();
        for (int at = 0; at < document.Length;)
        {
            int comment = document.IndexOf("<!--", at, StringComparison.Ordinal);
            text.Append(document, at, (comment < 0 ? document.Length : comment) - at);
            int end = comment < 0 ? -1 : document.IndexOf("-->", comment + 4, StringComparison.Ordinal);
            at = end < 0 ? document.Length : end + 3;
        }

        return text.ToString().Trim();
    }

    private static string PathIn(string root) => Path.Combine(root, ".agentide", FileName);

    private async Task TakeAsync(string text, CancellationToken cancellationToken)
    {
        ServerState state = await Workspace.WithRunsAsync(queue.Current, queue, cancellationToken).ConfigureAwait(false);
        if (!state.Expect().Trusted)
        {
            await editor.ShowAsync(ShowMessageParams.Warning, "This folder is not trusted, so nothing is said to its runs: trust it in the editor, and save again.").ConfigureAwait(false);
            return;
        }

        RunState? run = state.Runs.Values
            .Where(run => run.Journal is { Settings: not null, Finished: null })
            .OrderByDescending(run => run.IsLive).ThenByDescending(run => run.Journal.StartedAt).ThenByDescending(run => run.Run.Value, StringComparer.Ordinal)
            .FirstOrDefault();
        if (run is null)
        {
            await editor.ShowAsync(ShowMessageParams.Warning, "There is no run that could take the hint: start one, and save again.").ConfigureAwait(false);
            return;
        }

        bool isNew;
        lock (_gate)
        {
            isNew = !run.Journal.Hints.Any(hint => hint.Text == text) && _said.Add((run.Run, text));
        }

        if (!isNew)
        {
            await editor.ShowAsync(ShowMessageParams.Info, $"{run.Run} has been told this already.").ConfigureAwait(false);
            return;
        }

        try
        {
            await steering.AskAsync(run, new HintRequest(editor.Client.Name, text), "the engineer is told the hint from the next node on", cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            lock (_gate)
            {
                _said.Remove((run.Run, text));
            }

            throw;
        }
    }
}
