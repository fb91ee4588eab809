using System.Collections.Concurrent;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Answers;

namespace AgentIde.Models.Engineers;

/// <summary>Which programs a run has tried, whatever their comments and blank lines. Each program is read once.</summary>
internal sealed class TriedPrograms
{
    private readonly ConcurrentDictionary<Digest, Digest> _sameness = [];

    /// <returns>The first node with the same program; null where none has it.</returns>
    internal async Task<int?> FindAsync(Assignment assignment, string code, ProgramLanguage language, CancellationToken cancellationToken)
    {
        Digest wanted = Sameness.Of(code, language);
        foreach (Node node in assignment.Journal.Nodes)
        {
            if (node.Code is { } other && await OfAsync(other) == wanted)
            {
                return node.Id;
            }
        }

        return null;

        async Task<Digest> OfAsync(Digest program) => _sameness.TryGetValue(program, out Digest known)
            ? known
            : _sameness.GetOrAdd(program, Sameness.Of(await assignment.ReadText(program, cancellationToken), language));
    }
}
