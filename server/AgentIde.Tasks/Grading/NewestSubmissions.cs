using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AgentIde.Tasks.Grading;

/// <summary>
/// What the newest submissions came to, by their bytes: one is compared and blended with many others, of which each would be read and graded anew. Safe for
/// use by several threads.
/// </summary>
/// <param name="most">How many are kept; beyond it all are forgotten.</param>
internal sealed class NewestSubmissions<T>(int most)
{
    private readonly ConcurrentDictionary<string, T> _known = new(StringComparer.Ordinal);

    public T Of(ReadOnlyMemory<byte> submission, Func<T> grade)
    {
        string digest = Convert.ToHexString(SHA256.HashData(submission.Span));
        if (_known.TryGetValue(digest, out T? known))
        {
            return known;
        }

        T graded = grade();
        if (_known.Count >= most)
        {
            _known.Clear();
        }

        return _known[digest] = graded;
    }
}
