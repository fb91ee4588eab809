using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>What a model was asked for a node, and what it answered, as documents for people. Texts are as they are stored: keys stand in none of them.</summary>
internal static class CallDocument
{
    private const int MaximumText = 1 << 20;

    /// <summary>The call whose answer the node's program is, else the last one for it; null where no model was asked.</summary>
    public static ModelCall? CallOf(Journal journal, Node node) => journal.AnswerOf(node) ?? node.Calls.LastOrDefault(call => !call.IsReview);

    /// <summary>Null where there is no such text yet.</summary>
    public static async Task<string?> OfAsync(IRunStore store, RunState run, Node node, string file, CancellationToken cancellationToken)
    {
        if (CallOf(run.Journal, node) is not { } call)
        {
            return null;
        }

        string model = PlainText.Markdown(call.Model, 100);
        if (file == NodeDocuments.Prompt)
        {
            return Document($"What {model} was asked for node {node.Id} (call {call.Number})", await ReadAsync(call.Prompt).ConfigureAwait(false));
        }

        string title = $"What {model} answered for node {node.Id} (call {call.Number})";
        return call switch
        {
            { Outcome: { Answer: { } answer } outcome } => Document(outcome.IsCut is true ? $"{title}, which broke off" : title, await ReadAsync(answer).ConfigureAwait(false)),
            { Outcome: not null } => $"# {title}\n\nThere is no answer: the call failed.\n",
            { SoFar: { Text: { Length: > 0 } text } } => Document($"{title}, so far: the end of it", text),
            _ => null,
        };

        async Task<string> ReadAsync(Digest digest) => Encoding.UTF8.GetString((await store.ReadBlobAsync(run.Run, digest, cancellationToken).ConfigureAwait(false)).Span);
    }

    private static string Document(string title, string text) => $"# {title}\n\n{PlainText.Fenced(text.TrimEnd(), "text", MaximumText)}\n";
}
