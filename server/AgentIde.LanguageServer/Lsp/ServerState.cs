using System.Collections.Immutable;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Leaks;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp;

/// <summary>All that requests are answered from, at one moment.</summary>
internal sealed record ServerState
{
    /// <summary>Null until <c>initialize</c>.</summary>
    public Client? Client { get; init; }

    public bool ShuttingDown { get; init; }

    /// <summary>The workspace's folder, links resolved; null where the editor has opened none.</summary>
    public string? Root { get; init; }

    /// <summary>By the editor's own URI.</summary>
    public ImmutableDictionary<string, Document> Documents { get; init; } = ImmutableDictionary<string, Document>.Empty;

    public ImmutableDictionary<RunId, RunState> Runs { get; init; } = ImmutableDictionary<RunId, RunState>.Empty;

    /// <summary>While the runs of the workspace are read for the first time: completes with that. Null before it has begun, and afterwards.</summary>
    public Task? Reading { get; init; }

    /// <summary>By the path of a solution: the node that was not written there last, for it held work of the person's.</summary>
    public ImmutableDictionary<string, (RunId Run, int Node)> Refused { get; init; } = ImmutableDictionary<string, (RunId Run, int Node)>.Empty;

    /// <summary>By the folder of a task: what was found in its files.</summary>
    public ImmutableDictionary<string, FoundLeaks> Leaks { get; init; } = ImmutableDictionary<string, FoundLeaks>.Empty;

    /// <summary>The pull requests that a person was shown, by run and node: what is opened then goes where that said.</summary>
    public ImmutableDictionary<(RunId Run, int Node), PreviewedPullRequest> Previewed { get; init; } = ImmutableDictionary<(RunId Run, int Node), PreviewedPullRequest>.Empty;

    public Client Expect()
    {
        if (Client is not { } client)
        {
            throw new NotInitializedException();
        }

        return ShuttingDown ? throw new ShuttingDownException() : client;
    }

    /// <summary>The run as the client names it.</summary>
    public RunState Run(string? name) =>
        RunId.TryParse(name, out RunId run) && Runs.TryGetValue(run, out RunState? state)
            ? state
            : throw new RequestFailedException($"There is no run '{PlainText.Visible(name ?? "", 100)}' in this workspace.");

    /// <summary>The document that a message speaks of has become another, and the message does not say which.</summary>
    public ServerState WithUnknown(JsonElement message)
    {
        try
        {
            return message.ValueKind == JsonValueKind.Object && message.TryGetProperty("textDocument", out JsonElement named) && named.ValueKind == JsonValueKind.Object
                && named.TryGetProperty("uri", out JsonElement uri) && uri.ValueKind == JsonValueKind.String && Documents.TryGetValue(uri.GetString()!, out Document? document)
                    ? this with { Documents = Documents.SetItem(document.Uri, document with { IsKnown = false }) }
                    : this;
        }
        catch (InvalidOperationException)
        {
            // Half a pair of UTF-16: no document is called so.
            return this;
        }
    }

    public Document? OpenAt(string path) => Documents.Values.FirstOrDefault(document => document.Path == path);

    /// <summary>Newest first.</summary>
    public IEnumerable<RunState> RunsOfTask(string folder) => Newest(Runs.Values.Where(run => run.TaskFolder == folder));

    /// <summary>What an open document is to us; null for what is none of our business.</summary>
    public Shown? ShownBy(Document document)
    {
        if (document is not { Path: { } path, IsKnown: true })
        {
            return null;
        }

        if (TaskDocument.Is(document))
        {
            string folder = Path.GetDirectoryName(path) ?? path;
            ImmutableArray<RunState> runs = [.. RunsOfTask(folder)];
            return new TaskShown(folder, runs.FirstOrDefault(run => run.Liveness == Liveness.Live) ?? runs.FirstOrDefault());
        }

        if (NodeOf(path) is { } shown)
        {
            return shown;
        }

        (RunState Run, AppliedCode Applied)? newest = null;
        foreach (RunState run in Runs.Values.Where(run => run.SolutionPath == path))
        {
            if (run.LastAppliedTo(path) is { } applied && (newest is null || applied.At > newest.Value.Applied.At))
            {
                newest = (run, applied);
            }
        }

        return newest is { } found ? new SolutionShown(found.Run, found.Applied)
            : Newest(Runs.Values.Where(run => run.SolutionPath == path)).FirstOrDefault() is { } unapplied ? new SolutionShown(unapplied, null)
            : null;
    }

    private Shown? NodeOf(string path)
    {
        string[] parts = path.Split(Path.DirectorySeparatorChar);
        return parts is not [.., var name, "view", var number, var file]
            || !RunId.TryParse(name, out RunId id) || !Runs.TryGetValue(id, out RunState? run) || !int.TryParse(number, out int node) || !run.Journal.Has(node) ? null
            : file == NodeDocuments.Solution(run) ? new NodeShown(run, node)
            : file == NodeDocuments.PullRequest ? new PullRequestShown(run, node, Previewed.GetValueOrDefault((id, node)))
            : null;
    }

    private static IOrderedEnumerable<RunState> Newest(IEnumerable<RunState> runs) =>
        runs.OrderByDescending(run => run.Journal.StartedAt).ThenByDescending(run => run.Run.Value, StringComparer.Ordinal);
}
