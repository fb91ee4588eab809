using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>What a reviewer should look at in a program before it runs outside of a sandbox, by the words on its lines.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Kind">In a word or two: <c>network</c>, <c>other programs</c>.</param>
/// <param name="Text">What stands there: untrusted.</param>
public sealed record ScanFinding(int Line, string Kind, string Text);

/// <summary>
/// Looks through a program for what reaches beyond its folder, runs what can't be read, or is not what it looks like. It
/// goes by words, comments and strings included: it finds what is written openly and proves nothing of what it doesn't
/// find. One finding for each kind and line.
/// </summary>
public static partial class CodeScan
{
    private const int MaximumText = 120;

    /// <summary>Nobody reads further, and no pattern is to take longer.</summary>
    private const int MaximumLine = 2_000;

    private const string Environs = "environment";

    private const string CyrillicAsLatin = "аеорсухіјѕһԁԛԝ";

    private static readonly ImmutableArray<(string Kind, Regex Pattern)> Python =
    [
        ("network", PythonNetwork()),
        ("other programs", PythonPrograms()),
        (Environs, PythonEnvironment()),
        ("code from text", PythonEvaluation()),
        ("hidden import", PythonImport()),
        ("unpickling", PythonPickle()),
        ("native code", PythonNative()),
    ];

    private static readonly ImmutableArray<(string Kind, Regex Pattern)> CSharp =
    [
        ("network", CSharpNetwork()),
        ("other programs", CSharpPrograms()),
        ("environment", CSharpEnvironment()),
        ("code from text", CSharpReflection()),
        ("unpickling", CSharpPickle()),
        ("native code", CSharpNative()),
    ];

    private static readonly ImmutableArray<(string Kind, Regex Pattern)> Both =
    [
        ("network", Address()),
        ("data in disguise", Blob()),
        ("files elsewhere", Elsewhere()),
        ("a key", Key()),
    ];

    /// <summary>In the order of the lines.</summary>
    public static ImmutableArray<ScanFinding> Of(string code, ProgramLanguage language)
    {
        ImmutableArray<ScanFinding>.Builder findings = ImmutableArray.CreateBuilder<ScanFinding>();
        ImmutableArray<(string Kind, Regex Pattern)> patterns = [.. language == ProgramLanguage.Python ? Python : CSharp, .. Both];
        int number = 0;
        foreach (string whole in code.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            string line = whole.Length <= MaximumLine ? whole : whole[..MaximumLine];
            foreach ((string kind, Regex pattern) in patterns)
            {
                if (pattern.Match(kind == Environs ? Threads().Replace(line, Blank) : line) is { Success: true } found && !findings.Any(known => known.Line == number && known.Kind == kind))
                {
                    findings.Add(new ScanFinding(number, kind, Around(line, found)));
                }
            }

            if (Hidden(line) is { } hidden)
            {
                findings.Add(new ScanFinding(number, "hidden characters", hidden));
            }

            if (Lookalike(line) is { } word)
            {
                findings.Add(new ScanFinding(number, "letters that look like others", word));
            }

            if (whole.Length > MaximumLine)
            {
                findings.Add(new ScanFinding(number, "a long line", $"{whole.Length} characters, of which {MaximumLine} were looked at"));
            }
        }

        return findings.ToImmutable();
    }

    /// <summary>As many spaces, so that what is found behind it is shown at its place.</summary>
    private static string Blank(Match match) => new(' ', match.Length);

    /// <summary>The line, or what of a long one stands around the finding.</summary>
    private static string Around(string line, Match found)
    {
        string trimmed = line.Trim();
        if (trimmed.Length <= MaximumText)
        {
            return trimmed;
        }

        int start = Math.Max(0, found.Index - 20);
        string part = line.Substring(start, Math.Min(MaximumText, line.Length - start)).Trim();
        return $"{(start > 0 ? "…" : "")}{part}…";
    }

    /// <summary>Which characters of the line nobody sees, or turn the direction of writing; null where there are none.</summary>
    private static string? Hidden(string line)
    {
        SortedSet<string> hidden = new(StringComparer.Ordinal);
        int index = 0;
        foreach (Rune rune in line.EnumerateRunes())
        {
            bool isMark = index == 0 && rune.Value == 0xFEFF;
            bool isHidden = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || rune.Value is 0x115F or 0x1160 or 0x2800 or 0x3164 or 0xFFA0;
            if (isHidden && !isMark && rune.Value is not '\t' and not '\f')
            {
                hidden.Add(string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}"));
            }

            index++;
        }

        return hidden.Count == 0 ? null : string.Join(", ", hidden.Take(8));
    }

    /// <summary>A word with Latin letters and with others that look like them, or of Cyrillic ones alone that do; null where there is none.</summary>
    private static string? Lookalike(string line)
    {
        for (int start = 0; start < line.Length; start++)
        {
            int end = start;
            bool latin = false, other = false, all = true;
            for (; end < line.Length && (char.IsLetterOrDigit(line[end]) || line[end] == '_'); end++)
            {
                latin |= char.IsAsciiLetter(line[end]);
                other |= line[end] is (>= '\u0370' and <= '\u052F') or (>= '\u0531' and <= '\u058F') or (>= '\u13A0' and <= '\u13FF') or (>= '\u2100' and <= '\u214F') or (>= '\uFF21' and <= '\uFF5A');
                all &= CyrillicAsLatin.Contains(line[end], StringComparison.Ordinal);
            }

            if (other && (latin || (all && end - start > 1)))
            {
                return line[start..Math.Min(end, start + MaximumText)];
            }

            start = Math.Max(start, end);
        }

        return null;
    }

    [GeneratedRegex(@"\b(import|from)\s+([\w.]+\s*,\s*)*(socket|socketserver|ssl|http|urllib\d?|requests|httpx|aiohttp|ftplib|smtplib|poplib|imaplib|telnetlib|xmlrpc|paramiko|pycurl|boto3|botocore|websockets?|asyncssh|zmq|grpc|huggingface_hub|kaggle|openml)\b|\burlopen\s*\(|\brequests\.\w+\s*\(|\bcreate_connection\s*\(|\bopen_connection\s*\(", RegexOptions.CultureInvariant)]
    private static partial Regex PythonNetwork();

    [GeneratedRegex(@"\bsubprocess\b|\bos\s*\.\s*(system|popen\w*|exec\w+|spawn\w+|posix_spawn\w*|fork\w*|kill\w*|startfile)\b|\bfrom\s+os\s+import\b.*\b(system|popen|exec\w+|spawn\w+|fork)\b|\b(import|from)\s+(pty|pexpect|sh|commands)\b|\bcreate_subprocess_\w+|^\s*[!%]\s*\w+", RegexOptions.CultureInvariant)]
    private static partial Regex PythonPrograms();

    [GeneratedRegex(@"\bos\s*\.\s*environb?\b|\bgetenv\b|\bputenv\b|\bfrom\s+os\s+import\b.*\benviron\b|\bdotenv\b", RegexOptions.CultureInvariant)]
    private static partial Regex PythonEnvironment();

    /// <summary>How many threads a library takes is set, or how many cores there are is asked, and nothing else.</summary>
    [GeneratedRegex(@"\bos\.environ\s*(\.update\(\s*(((OMP|OPENBLAS|MKL|NUMEXPR|BLIS|NUMBA|RAYON)_NUM_THREADS|(NUMEXPR|POLARS)_MAX_THREADS|VECLIB_MAXIMUM_THREADS)\s*=\s*[""']\d+[""']\s*,?\s*)+\)|\[\s*[""']((OMP|OPENBLAS|MKL|NUMEXPR|BLIS|NUMBA|RAYON)_NUM_THREADS|(NUMEXPR|POLARS)_MAX_THREADS|VECLIB_MAXIMUM_THREADS)[""']\s*\]\s*=\s*[""']\d+[""']|\.setdefault\(\s*[""']((OMP|OPENBLAS|MKL|NUMEXPR|BLIS|NUMBA|RAYON)_NUM_THREADS|(NUMEXPR|POLARS)_MAX_THREADS|VECLIB_MAXIMUM_THREADS)[""']\s*,\s*[""']\d+[""']\s*\)|\.get\(\s*[""']AGENTIDE_CORES[""'](\s*,\s*[""']?\d+[""']?)?\s*\))|\bEnvironment\.GetEnvironmentVariable\(\s*""AGENTIDE_CORES""\s*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Threads();

    [GeneratedRegex(@"(?<![.\w])(eval|exec|compile)\s*\(|\bpd\.eval\s*\(|\bbuiltins\b|__builtins__|__subclasses__|__globals__|__code__|\bgetattr\s*\(\s*__|\bglobals\s*\(\s*\)\s*\[|\b(import|from)\s+(code|codeop|runpy)\b", RegexOptions.CultureInvariant)]
    private static partial Regex PythonEvaluation();

    [GeneratedRegex(@"__import__|\bimportlib\b|\bimp\.load_|\bsys\s*\.\s*(path|modules|meta_path)\b|\bpip\s*\.\s*main\b|\bpip\s+install\b", RegexOptions.CultureInvariant)]
    private static partial Regex PythonImport();

    [GeneratedRegex(@"\b(c?pickle|cPickle|_pickle|dill|cloudpickle|joblib|marshal|shelve|jsonpickle)\s*\.\s*(loads?|open|Unpickler|decode)\b|\bread_pickle\b|\btorch\s*\.\s*load\b|\ballow_pickle\s*=\s*True|\byaml\s*\.\s*(unsafe_|full_)?load\b|\bfrom\s+(c?pickle|dill|joblib|marshal)\s+import\b.*\bloads?\b", RegexOptions.CultureInvariant)]
    private static partial Regex PythonPickle();

    [GeneratedRegex(@"\b(import|from)\s+(ctypes|cffi|_ctypes|mmap)\b|\bctypes\.|\bnumba\.extending\b|\bcpp_extension\b|\bload_library\s*\(", RegexOptions.CultureInvariant)]
    private static partial Regex PythonNative();

    [GeneratedRegex(@"\bSystem\.Net\b|\bHttpClient\b|\bWebClient\b|\bWebRequest\b|\bTcpClient\b|\bUdpClient\b|\bSocket\b|\bNamedPipe\w*\b|\bPing\b", RegexOptions.CultureInvariant)]
    private static partial Regex CSharpNetwork();

    [GeneratedRegex(@"\bProcess\b|\bProcessStartInfo\b|\bSystem\.Diagnostics\.Process\b", RegexOptions.CultureInvariant)]
    private static partial Regex CSharpPrograms();

    [GeneratedRegex(@"\bEnvironment\s*\.\s*(GetEnvironmentVariables?|ExpandEnvironmentVariables|SetEnvironmentVariable|UserName|MachineName|CommandLine|GetCommandLineArgs)\b", RegexOptions.CultureInvariant)]
    private static partial Regex CSharpEnvironment();

    [GeneratedRegex(@"\bSystem\.Reflection\b|\bAssembly\s*\.\s*(Load\w*|UnsafeLoadFrom)\b|\bAssemblyLoadContext\b|\bActivator\s*\.\s*CreateInstance\b|\bType\s*\.\s*GetType\b|\bCSharpScript\b|\bCSharpCompilation\b|\bDynamicMethod\b|\bILGenerator\b|^\s*#\s*:|\bModuleInitializer\b", RegexOptions.CultureInvariant)]
    private static partial Regex CSharpReflection();

    [GeneratedRegex(@"\bBinaryFormatter\b|\bNetDataContractSerializer\b|\bLosFormatter\b|\bSoapFormatter\b|\bTypeNameHandling\b", RegexOptions.CultureInvariant)]
    private static partial Regex CSharpPickle();

    [GeneratedRegex(@"\b(Dll|Library)Import\b|\bNativeLibrary\b|\bunsafe\b|\bMarshal\s*\.|\bdelegate\s*\*|\bUnsafe\s*\.", RegexOptions.CultureInvariant)]
    private static partial Regex CSharpNative();

    [GeneratedRegex(@"\b(https?|ftps?|wss?|s3|gs|hf|ssh)://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"\b(base64|binascii|codecs|zlib|lzma|bz2)\s*\.\s*(\w*decode\w*|unhexlify|a2b_\w+|decompress)\b|\bFromBase64\w*\b|\bFromHexString\b|\bbytes\.fromhex\b|[A-Za-z0-9+/]{160,}={0,2}|(\\x[0-9a-fA-F]{2}){24,}|(\\u[0-9a-fA-F]{4}){16,}|\bchr\s*\(\s*\d+\s*\)\s*\+\s*chr\b", RegexOptions.CultureInvariant)]
    private static partial Regex Blob();

    [GeneratedRegex(@"\bexpanduser\b|\bPath\.home\b|\bSpecialFolder\b|[""'](~[/\\]|/(home|root|Users|etc|proc|sys|dev|var|tmp|mnt|private|run)\b|[A-Za-z]:\\|\.\.[/\\])|\bos\s*\.\s*(remove|unlink|rmdir|removedirs|chmod|symlink|link)\b|\bshutil\s*\.\s*(rmtree|move)\b|\.git\b|\.github\b|\.ssh\b", RegexOptions.CultureInvariant)]
    private static partial Regex Elsewhere();

    [GeneratedRegex(@"\bsk-[A-Za-z0-9_-]{16,}|\bgh[oprsu]_[A-Za-z0-9]{16,}|\bgithub_pat_\w{16,}|\bhf_[A-Za-z0-9]{16,}|\bA[KS]IA[A-Z0-9]{12,}|\bxox[abeoprs]-[A-Za-z0-9-]{8,}|\beyJ[\w-]{8,}\.[\w-]{8,}|-----BEGIN [A-Z ]*PRIVATE KEY-----", RegexOptions.CultureInvariant)]
    private static partial Regex Key();
}
