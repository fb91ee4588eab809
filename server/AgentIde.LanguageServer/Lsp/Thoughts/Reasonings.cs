using System.Collections.Concurrent;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Runs;

namespace AgentIde.LanguageServer.Lsp.Thoughts;

/// <summary>What models showed of their reasoning about nodes. It never changes: the beginnings that were read are kept for hovers.</summary>
internal sealed class Reasonings(Func<IRunStore> store)
{
    private const int Kept = 500;
    private const int Beginning = 400;

    private readonly ConcurrentDictionary<Digest, string> _beginnings = [];

    /// <summary>The first lines of it; null where none was shown.</summary>
    public async Task<string?> BeginningAsync(RunState run, Node node, CancellationToken cancellationToken)
    {
        if (run.Journal.AnswerOf(node)?.Outcome?.Thinking is not { } thinking)
        {
            return null;
        }

        if (!_beginnings.TryGetValue(thinking, out string? beginning))
        {
            string all = Encoding.UTF8.GetString((await store().ReadBlobAsync(run.Run, thinking, cancellationToken).ConfigureAwait(false)).Span).Trim();
            beginning = all.Length <= Beginning ? all : all[..(char.IsHighSurrogate(all[Beginning - 1]) ? Beginning - 1 : Beginning)] + "…";
            if (_beginnings.Count >= Kept)
            {
                _beginnings.Clear();
            }

            _beginnings[thinking] = beginning;
        }

        return beginning;
    }
}
