using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentIde.Models.Keys;

/// <summary>
/// Takes keys out of text: the known ones as they are and as they look in base64, in an address and in JSON, and whatever
/// has the form of a key. A known one that is no secret (what servers of one's own are given in a key's place) stays: it is
/// a word that a program may hold.
/// </summary>
public sealed partial class Redactor
{
    private const string Mark = "***";
    private readonly ImmutableArray<string> _known;

    public Redactor(IEnumerable<Secret> secrets) =>
        _known = [.. secrets.Where(secret => !secret.IsPlaceholder).SelectMany(secret => Forms(secret.Reveal())).Distinct().OrderByDescending(form => form.Length)];

    /// <summary>Whether there is any key to look for, beside what has the form of one.</summary>
    public bool KnowsSecrets => !_known.IsEmpty;

    public string Clean(string text)
    {
        foreach (string form in _known)
        {
            text = text.Replace(form, Mark, StringComparison.OrdinalIgnoreCase);
        }
        text = UserInAddress().Replace(text, "$1***@");
        return KeyLike().Replace(text, Mark);
    }

    private static IEnumerable<string> Forms(string value)
    {
        yield return value;
        yield return Uri.EscapeDataString(value);
        yield return System.Text.Json.JsonEncodedText.Encode(value).ToString();
        yield return value.Replace("/", "\\/", StringComparison.Ordinal);
        foreach (string form in Base64(value))
        {
            yield return form;
            yield return form.Replace('+', '-').Replace('/', '_');
        }
    }

    /// <summary>
    /// What of the value's base64 is the same whatever stands before and after it, for each of the three ways to fall into
    /// groups of three bytes; beside the whole.
    /// </summary>
    private static IEnumerable<string> Base64(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        yield return Convert.ToBase64String(bytes);
        for (int before = 0; before < 3; before++)
        {
            int skipped = (3 - before) % 3;
            int whole = (bytes.Length - skipped) / 3 * 3;
            if (whole >= 9)
            {
                yield return Convert.ToBase64String(bytes, skipped, whole);
            }
        }
    }

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]{0,20}://)[^/\s:@""'<>]{0,200}:[^/\s@""'<>]{1,500}@", RegexOptions.IgnoreCase)]
    private static partial Regex UserInAddress();

    [GeneratedRegex("""
        \b sk-[A-Za-z0-9_*-]{8,}
        | \b gh[oprsu]_[A-Za-z0-9]{16,} | \b github_pat_[A-Za-z0-9_]{16,} | \b hf_[A-Za-z0-9]{16,}
        | \b A[KS]IA[A-Z0-9]{12,}
        | \b xox[abeoprs]-[A-Za-z0-9-]{8,}
        | \b eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)?
        | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----[\s\S]*?(-----END\ [A-Z ]*PRIVATE\ KEY-----|\z)
        | (?<=\b(authorization|x-api-key|api-key)["']?\s*[:=]\s*["']?(bearer\s+|basic\s+)?)(?!bearer\b|basic\b)[^\s"',;*]{8,}
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex KeyLike();
}
