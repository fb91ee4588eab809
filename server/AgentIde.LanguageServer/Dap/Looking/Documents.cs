using System.Globalization;
using System.Text;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp;
using AgentIde.LanguageServer.Lsp.Runs;

namespace AgentIde.LanguageServer.Dap.Looking;

/// <summary>
/// The files of nodes that a session shows. Code, prompts and replies never change and are written once; a node's
/// thought and output are those of the run as it stands, whatever moment of it the session shows, since editors may
/// have them open.
/// </summary>
internal sealed class Documents(DebugRun run)
{
    private const int LongestText = 1 << 20;

    private readonly Dictionary<(int Node, string Name), string> _written = [];

    private string SolutionName => (run.History.Head.Settings?.Language ?? ProgramLanguage.Python).FileName();

    public Document Code(int node, Digest code) => new(node, SolutionName, cancellationToken => WriteOnceAsync(
        node, SolutionName, async () => await run.Store.ReadBlobAsync(run.Run, code, cancellationToken).ConfigureAwait(false), cancellationToken));

    /// <summary>What a step is about where there is no code of a node yet; null where the task is not there.</summary>
    public Document? Task => run.TaskFile is { } path ? new Document(0, Path.GetFileName(path), _ => ValueTask.FromResult(path)) : null;

    public Document Prompt(int node, ModelCall call) => Call(node, call, "prompt", $"What {PlainText.Markdown(call.Model, 100)} was asked for node {node} (call {call.Number})", call.Prompt);

    public Document? Reply(int node, ModelCall call) => call.Outcome?.Answer is { } answer
        ? Call(node, call, "reply", $"What {PlainText.Markdown(call.Model, 100)} answered for node {node} (call {call.Number})", answer)
        : null;

    public Document? Thinking(int node, ModelCall call) => call.Outcome?.Thinking is { } thinking
        ? Call(node, call, "thinking", $"What {PlainText.Markdown(call.Model, 100)} thought for node {node} (call {call.Number})", thinking)
        : null;

    /// <summary>What a node's code has otherwise than another's.</summary>
    public Document Difference(int node, int other, Digest before, Digest after)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"against-{other}.diff");
        return new Document(node, name, cancellationToken => WriteOnceAsync(
            node,
            name,
            async () =>
            {
                string old = await ReadTextAsync(before, cancellationToken).ConfigureAwait(false), mine = await ReadTextAsync(after, cancellationToken).ConfigureAwait(false);
                return Encoding.UTF8.GetBytes(string.Concat(
                    CodeDifference.Of(old, mine).Select(line => line + "\n").Prepend($"--- node {other}/{SolutionName}\n+++ node {node}/{SolutionName}\n")));
            },
            cancellationToken));
    }

    public Document Thought(int node) => Live(node, NodeDocuments.Thought);

    public Document Output(int node) => Live(node, NodeDocuments.Output);

    private Document Live(int node, string name) => new(node, name, async cancellationToken => await NodeDocumentWriter.WriteAsync(
        run.Store, RunState.Unread(run.Run, run.Root) with { Journal = run.History.Head, Liveness = run.Liveness }, run.History.Head[node], name, cancellationToken).ConfigureAwait(false));

    private Document Call(int node, ModelCall call, string what, string title, Digest text)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{what}-{call.Number}.md");
        return new Document(node, name, cancellationToken => WriteOnceAsync(
            node,
            name,
            async () =>
            {
                string said = await ReadTextAsync(text, cancellationToken).ConfigureAwait(false);
                return Encoding.UTF8.GetBytes($"# {title}\n\n{PlainText.Fenced(said.TrimEnd(), "text", LongestText)}\n");
            },
            cancellationToken));
    }

    private async Task<string> ReadTextAsync(Digest text, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString((await run.Store.ReadBlobAsync(run.Run, text, cancellationToken).ConfigureAwait(false)).Span);

    private async ValueTask<string> WriteOnceAsync(int node, string name, Func<Task<ReadOnlyMemory<byte>>> read, CancellationToken cancellationToken)
    {
        if (_written.TryGetValue((node, name), out string? known) && File.Exists(known))
        {
            return known;
        }

        string path = await run.Store.WriteViewAsync(run.Run, node, name, await read().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        _written[(node, name)] = path;
        return path;
    }
}
