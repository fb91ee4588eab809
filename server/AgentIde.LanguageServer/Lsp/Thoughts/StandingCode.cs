using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Runs;

namespace AgentIde.LanguageServer.Lsp.Thoughts;

/// <summary>
/// Which of the codes that were written into a file a text of it comes from. That is not always the last one: a person
/// undoes, closes without saving, checks out, or has the file open while a command line writes it. A text that is one of
/// the codes comes from that; another one from the nearest, counted in lines that only one of the two has, and from the
/// newest of those that are equally near. The answer is kept with the document's version, so a hover compares nothing.
/// </summary>
internal sealed class StandingCode(Func<IRunStore> store)
{
    /// <summary>How far back a text is recognised as applied before: a person may have gone back to an older one.</summary>
    public const int Remembered = 20;

    /// <summary>Texts of codes that are kept, as counts of their lines.</summary>
    private const int Kept = 100;

    /// <summary>Texts of persons' that the store may not have yet.</summary>
    private const int KeptBefore = 8;

    private readonly ConcurrentDictionary<Digest, string> _before = [];
    private readonly ConcurrentDictionary<Digest, AppliedText> _texts = [];
    private readonly ConditionalWeakTable<Document, Found> _found = [];

    /// <summary>What an open document is to us: as <see cref="ServerState.ShownBy"/>, and a solution by what stands in it.</summary>
    public async Task<Shown?> ShownAsync(ServerState state, Document document, CancellationToken cancellationToken)
    {
        Shown? shown = state.ShownBy(document);
        if (shown is not SolutionShown { Applied: { } newest } solution)
        {
            return shown;
        }

        List<(RunState Run, AppliedCode Applied)> codes = Codes(state, newest.Path, null);
        if (codes.Count <= 1)
        {
            return solution;
        }

        if (!_found.TryGetValue(document, out Found? found) || found.Newest != codes[0].Applied || found.Among != codes.Count || !state.Runs.ContainsKey(found.Run))
        {
            (RunState run, AppliedCode applied) = await NearestAsync(state, codes, document.Text, cancellationToken).ConfigureAwait(false);
            found = new Found(codes[0].Applied, codes.Count, run.Run, applied);
            _found.AddOrUpdate(document, found);
        }

        return new SolutionShown(state.Runs[found.Run], found.Applied);
    }

    /// <summary>Null where nothing was written into the file.</summary>
    /// <param name="before">Left out what was written then and later.</param>
    public async Task<(RunState Run, AppliedCode Applied)?> OfAsync(ServerState state, string path, string text, DateTimeOffset? before, CancellationToken cancellationToken)
    {
        List<(RunState Run, AppliedCode Applied)> codes = Codes(state, path, before);
        return codes.Count == 0 ? null : await NearestAsync(state, codes, text, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a text is, to a person's eye, code that was written into the file.</summary>
    public async Task<bool> IsCodeAsync(ServerState state, string path, string text, CancellationToken cancellationToken)
    {
        ImmutableArray<string> lines = SourceLines.Of(text);
        foreach ((RunState run, AppliedCode applied) in Codes(state, path, null))
        {
            if (SourceLines.AreSame(lines, SourceLines.Of(await ReadAsync(run, applied.Code, cancellationToken).ConfigureAwait(false))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What stood there once a code had been merged into a person's text.</summary>
    public async Task<(string Text, int Conflicts)> MergedAsync(ServerState state, RunState run, AppliedCode applied, string ours, CancellationToken cancellationToken)
    {
        string code = await ReadAsync(run, applied.Code, cancellationToken).ConfigureAwait(false);
        return await OfAsync(state, applied.Path, ours, applied.At, cancellationToken).ConfigureAwait(false) is { } based
            ? ThreeWayMerge.Of(await ReadAsync(based.Run, based.Applied.Code, cancellationToken).ConfigureAwait(false), ours, code, "yours", $"node {applied.Node} of {run.Run}")
            : (code, 0);
    }

    /// <summary>What a person had where a code was merged into it: known here at once, and in the store once the run's owner has taken the request.</summary>
    public void Keep(string before)
    {
        if (_before.Count >= KeptBefore)
        {
            _before.Clear();
        }

        _before[Digest.Of(before)] = before;
    }

    /// <exception cref="RunStoreException">The store does not have it.</exception>
    public async Task<string> ReadAsync(RunState run, Digest text, CancellationToken cancellationToken) =>
        _before.TryGetValue(text, out string? before) ? before : Encoding.UTF8.GetString((await store().ReadBlobAsync(run.Run, text, cancellationToken).ConfigureAwait(false)).Span);

    /// <summary>What was written into a file, by whichever run: newest first, each code once, and each merge of it.</summary>
    private static List<(RunState Run, AppliedCode Applied)> Codes(ServerState state, string path, DateTimeOffset? before)
    {
        List<(RunState Run, AppliedCode Applied)> codes = [];
        foreach (RunState run in state.Runs.Values)
        {
            for (int last = run.Applied.Count - 1; last >= 0; last--)
            {
                AppliedCode applied = run.Applied[last];
                if (applied.Path == path && (before is null || applied.At < before))
                {
                    codes.Add((run, applied));
                }
            }
        }

        if (codes.Count <= 1)
        {
            return codes;
        }

        HashSet<(Digest Code, Digest? Before)> seen = [];
        return [.. codes.OrderByDescending(code => code.Applied.At).Where(code => seen.Add((code.Applied.Code, code.Applied.Before))).Take(Remembered)];
    }

    private async Task<(RunState Run, AppliedCode Applied)> NearestAsync(ServerState state, List<(RunState Run, AppliedCode Applied)> codes, string text, CancellationToken cancellationToken)
    {
        Digest exact = Digest.Of(text);
        foreach ((RunState run, AppliedCode applied) in codes)
        {
            if (applied.Code == exact)
            {
                return (run, applied);
            }
        }

        // The text before a merge comes from what stood there before it.
        foreach ((_, AppliedCode applied) in codes)
        {
            if (applied.Before == exact && await OfAsync(state, applied.Path, text, applied.At, cancellationToken).ConfigureAwait(false) is { } based)
            {
                return based;
            }
        }

        Dictionary<string, int> lines = Count(text);
        (RunState Run, AppliedCode Applied) nearest = codes[0];
        int least = int.MaxValue;
        foreach ((RunState run, AppliedCode applied) in codes)
        {
            AppliedText other = await TextAsync(state, run, applied, cancellationToken).ConfigureAwait(false);
            (int common, int distance) = Compare(lines, other.Lines);
            if (common > 0 && distance < least)
            {
                (nearest, least) = ((run, applied), distance);
            }
        }

        return nearest;
    }

    private async Task<AppliedText> TextAsync(ServerState state, RunState run, AppliedCode applied, CancellationToken cancellationToken)
    {
        Digest key = applied.Before is null ? applied.Code : Digest.Of($"{applied.Code}{applied.Before}{applied.At:O}");
        if (!_texts.TryGetValue(key, out AppliedText? text))
        {
            string stood = applied.Before is { } before
                ? (await MergedAsync(state, run, applied, await ReadAsync(run, before, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)).Text
                : await ReadAsync(run, applied.Code, cancellationToken).ConfigureAwait(false);
            text = new AppliedText(Count(stood));
            if (_texts.Count >= Kept)
            {
                _texts.Clear();
            }

            _texts[key] = text;
        }

        return text;
    }

    private static Dictionary<string, int> Count(string text)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (string line in SourceLines.Of(text))
        {
            if (line.AsSpan().Trim() is { IsEmpty: false } written)
            {
                string key = written.Length == line.Length ? line : written.ToString();
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }

        return counts;
    }

    /// <returns>Lines that both have, and lines that one of them has alone.</returns>
    private static (int Common, int Distance) Compare(Dictionary<string, int> lines, Dictionary<string, int> others)
    {
        int common = 0;
        foreach ((string line, int count) in lines)
        {
            common += Math.Min(count, others.GetValueOrDefault(line));
        }

        return (common, lines.Values.Sum() + others.Values.Sum() - (2 * common));
    }

    /// <param name="Lines">How often each line stands in it, without the white space around it.</param>
    private sealed record AppliedText(Dictionary<string, int> Lines);

    /// <summary>What a document was found to come from, while nothing else was written into its file.</summary>
    private sealed record Found(AppliedCode Newest, int Among, RunId Run, AppliedCode Applied);
}
