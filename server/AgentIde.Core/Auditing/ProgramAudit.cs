using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AgentIde.Core.Holdouts;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Auditing;

/// <summary>
/// Looks through one program for ways to a score that are no work: it reads and executes nothing. It finds what is
/// written openly and proves nothing of what it doesn't find. A pure function of text and task.
/// </summary>
public static partial class ProgramAudit
{
    /// <summary>From so many numbers in one statement on they are data and no settings.</summary>
    private const int ManyNumbers = 80;

    /// <summary>The same of a whole program.</summary>
    private const int ManyInAll = 600;

    /// <summary>In characters: longer than anything that a program has to say.</summary>
    private const int LongText = 1_000;

    private const int MostShown = 120;

    /// <summary>What a scan for pull requests finds, by its kinds; what is missing is honest work within a sandbox.</summary>
    private static readonly ImmutableDictionary<string, (AuditKind Kind, AuditSeverity Severity)> Scanned = new Dictionary<string, (AuditKind, AuditSeverity)>
    {
        ["network"] = (AuditKind.Outside, AuditSeverity.Warning),
        ["files elsewhere"] = (AuditKind.Outside, AuditSeverity.Warning),
        ["environment"] = (AuditKind.Outside, AuditSeverity.Warning),
        ["native code"] = (AuditKind.Outside, AuditSeverity.Warning),
        ["other programs"] = (AuditKind.LateWrite, AuditSeverity.Warning),
        ["unpickling"] = (AuditKind.State, AuditSeverity.Warning),
        ["code from text"] = (AuditKind.Hidden, AuditSeverity.Warning),
        ["hidden import"] = (AuditKind.Hidden, AuditSeverity.Warning),
        ["data in disguise"] = (AuditKind.Hidden, AuditSeverity.Warning),
        ["hidden characters"] = (AuditKind.Hidden, AuditSeverity.Warning),
        ["letters that look like others"] = (AuditKind.Hidden, AuditSeverity.Warning),
    }.ToImmutableDictionary();

    /// <summary>Findings on lines, in the order of the lines.</summary>
    /// <param name="leaks">What is known to give the task's answers away.</param>
    public static ImmutableArray<AuditFinding> Of(string code, ProgramLanguage language, TaskFacts task, ImmutableArray<Leak> leaks)
    {
        IEnumerable<AuditFinding> found = BeyondScan(code, language, task, leaks).Concat(Scan(code, language));
        return [.. found.DistinctBy(finding => (finding.Kind, finding.Line)).OrderBy(finding => finding.Line ?? 0)];
    }

    /// <summary>The same without what <see cref="CodeScan"/> finds, for those who tell that themselves.</summary>
    internal static IEnumerable<AuditFinding> BeyondScan(string code, ProgramLanguage language, TaskFacts task, ImmutableArray<Leak> leaks)
    {
        ImmutableArray<ProgramLine> whole = ProgramText.Read(code, language), program = [.. whole.Where(line => !line.IsComment)];
        return
        [
            .. BroughtAlong(whole),
            .. LeakUse.Of(program, leaks),
            .. program.SelectMany(line => OnLine(line, task)),
            .. language == ProgramLanguage.Python ? TestRowUse.Of(program) : [],
        ];
    }

    private static IEnumerable<AuditFinding> Scan(string code, ProgramLanguage language) =>
        from finding in CodeScan.Of(code, language)
        where Scanned.ContainsKey(finding.Kind) && !(finding.Kind == "environment" && OwnVariable().IsMatch(finding.Text))
        let meant = finding.Kind == "files elsewhere" ? Elsewhere(finding.Text) : Scanned[finding.Kind]
        select new AuditFinding(meant.Kind, meant.Severity, null, finding.Line, $"{finding.Kind}: {finding.Text}");

    private static (AuditKind Kind, AuditSeverity Severity) Elsewhere(string text) =>
        SharedFolder().IsMatch(text) ? (AuditKind.State, AuditSeverity.Warning)
        : OtherFolder().IsMatch(text) ? (AuditKind.Outside, AuditSeverity.Warning)
        : (AuditKind.Outside, AuditSeverity.Note); // Its own files, which it may remove.

    /// <summary>Data that came with the program: many numbers, in one place or in all, and long texts.</summary>
    private static IEnumerable<AuditFinding> BroughtAlong(ImmutableArray<ProgramLine> program)
    {
        foreach (ProgramLine line in program.Where(line => line.Numbers >= ManyNumbers || line.LongestText >= LongText))
        {
            yield return line.Numbers >= ManyNumbers
                ? AuditFinding.Warning(AuditKind.Answers, line.Line, $"{line.Numbers} numbers stand in one {(line.IsComment ? "comment" : "statement")}: {Shown(line.Text)}")
                : AuditFinding.Warning(AuditKind.Hidden, line.Line, $"a text of {line.LongestText} characters: {Shown(line.Text)}");
        }

        int all = program.Sum(line => line.Numbers);
        if (all >= ManyInAll && !program.Any(line => line.Numbers >= ManyNumbers))
        {
            ProgramLine most = program.MaxBy(line => line.Numbers)!;
            yield return AuditFinding.Warning(AuditKind.Answers, most.Line, $"{all} numbers stand in the program, such as {Shown(most.Text)}");
        }
    }

    private static IEnumerable<AuditFinding> OnLine(ProgramLine line, TaskFacts task)
    {
        if (SingleId(line.Text, task) is { } single)
        {
            yield return AuditFinding.Warning(AuditKind.Answers, line.Line, $"it asks for a single {task.IdColumn}: {Shown(single)}");
        }

        if (IdAsNumber(line.Text, task.IdColumn) is var (number, weight))
        {
            yield return new AuditFinding(AuditKind.RowOrder, weight, null, line.Line, $"it {(weight == AuditSeverity.Warning ? "computes with" : "takes")} the id{(weight == AuditSeverity.Warning ? "" : " as a number or an order")}: {Shown(number)}");
        }

        foreach ((AuditKind kind, AuditSeverity severity, Regex pattern, string what) in Patterns)
        {
            if (pattern.Match(line.Text) is { Success: true } match)
            {
                yield return new AuditFinding(kind, severity, null, line.Line, $"{what}: {Shown(match.Value)}");
            }
        }
    }

    private static readonly ImmutableArray<(AuditKind Kind, AuditSeverity Severity, Regex Pattern, string What)> Patterns =
    [
        (AuditKind.RowOrder, AuditSeverity.Warning, PlaceInFile(), "it computes with the place of a row"),
        (AuditKind.Claim, AuditSeverity.Warning, LiteralScore(), "the score that it prints is a number in the program"),
        (AuditKind.Metric, AuditSeverity.Warning, PatchedModule(), "it replaces a function of a library"),
        (AuditKind.LateWrite, AuditSeverity.Warning, Background(), "it starts what may outlive it"),
        (AuditKind.State, AuditSeverity.Warning, WrittenInput(), "it writes outside of its own files"),
        (AuditKind.Output, AuditSeverity.Warning, StrangeOutput(), "it makes a link or a pipe"),
        (AuditKind.Output, AuditSeverity.Note, SecondOutput(), "it names another place for a submission"),
        (AuditKind.Condition, AuditSeverity.Warning, ByDate(), "it decides by the date"),
        (AuditKind.Condition, AuditSeverity.Warning, BySize(), "it decides by the number of rows"),
    ];

    /// <summary>An id that is compared with, or looked up as, a number or text of the program.</summary>
    private static string? SingleId(string text, TaskFacts task)
    {
        string id = Regex.Escape(task.IdColumn);
        Match match = Regex.Match(
            text,
            $@"(\['{id}'\]\)?|\.{id})(==|\.isin\(\[)'?-?\d[^,\]]{{0,40}}|'?\d+'?==\w+\['{id}'\]|\.(loc|at)\[\d+,'({string.Join('|', task.Targets.Select(Regex.Escape))})'\]=(?!=)",
            RegexOptions.CultureInvariant);
        return match.Success ? match.Value : null;
    }

    /// <summary>An id that is computed with; to read it as a number or to sort by it alone may be to write it down again.</summary>
    private static (string Found, AuditSeverity Severity)? IdAsNumber(string text, string idColumn)
    {
        string id = $@"\['{Regex.Escape(idColumn)}'\]";
        string number = $@"(\b(int|float|hash)\(\w+{id}\)|{id}(\.astype\([^)]*\))?(\.(to_numpy\(\)|values))?)";
        Match computed = Matched($@"{number}(%|//|/|\*|<|>|\.rank\()|\.fit\(\w+\[{id}\]");
        Match read = computed.Success ? computed : Matched($@"\b(int|float|hash)\(\w+{id}\)|sort_values\((by=)?\[?'{Regex.Escape(idColumn)}'");
        return read.Success ? (read.Value, computed.Success ? AuditSeverity.Warning : AuditSeverity.Note) : null;

        Match Matched(string pattern) => Regex.Match(text, pattern, RegexOptions.CultureInvariant);
    }

    private static string Shown(string text) => text.Length <= MostShown ? text : text[..MostShown] + "…";

    [GeneratedRegex(@"\b(np|numpy)\.(arange|linspace)\([^)]*len\(test\w*\)\)\s*[-+*/%]|\btest\w*\.index\s*[-+*/%]|\.fit\(\w*(index|arange|position)\w*", RegexOptions.CultureInvariant)]
    private static partial Regex PlaceInFile();

    [GeneratedRegex(@"print\(f?'score:\s*-?[\d.]+(e-?\d+)?\s*'\)|print\('score:?',-?[\d.]+\)|'score':-?[\d.]+[,}]|WriteLine\('score:\s*-?[\d.]+'\)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex LiteralScore();

    [GeneratedRegex(@"\b(sklearn|metrics|pd|pandas|np|numpy|math|builtins|json|csv|sys)(\.\w+)*\.(\w+_score|\w+_error|\w*loss\w*|read_csv|to_csv|DataFrame|print|open|round|sqrt|writer|stdout|stderr)=(?!=)|\bsetattr\((sklearn|metrics|pd|pandas|np|numpy|builtins)|\bmock\.patch", RegexOptions.CultureInvariant)]
    private static partial Regex PatchedModule();

    [GeneratedRegex(@"\bos\.(fork|setsid|forkpty|daemon)\(|\bPopen\(|\bstart_new_session=True|\bdaemon=(True|False)|\batexit\.register|\bthreading\.(Timer|Thread)\(|\bThreadPool\.QueueUserWorkItem|\bnew Thread\(|\bProcessExit\b", RegexOptions.CultureInvariant)]
    private static partial Regex Background();

    [GeneratedRegex(@"(to_\w+|dump|save\w*|WriteAll\w+)\('(\./)?(input/|\.\./|/tmp|/dev/shm)[^']*'|\bopen\('(\./)?(input/|\.\./|/tmp|/dev/shm)[^']*','[wax]|\bcopy\w*\([^,]+,'(\./)?(input/|\.\./|/tmp|/dev/shm)|\bshelve\.open\(|\bshared_memory\b", RegexOptions.CultureInvariant)]
    private static partial Regex WrittenInput();

    [GeneratedRegex(@"AGENTIDE_\w+", RegexOptions.CultureInvariant)]
    private static partial Regex OwnVariable();

    [GeneratedRegex(@"[""'](~|/|\.\.)|\bexpanduser\b|\bPath\.home\b|\bSpecialFolder\b|\bos\s*\.\s*(symlink|link)\b|\.git\b|\.ssh\b", RegexOptions.CultureInvariant)]
    private static partial Regex OtherFolder();

    [GeneratedRegex(@"[""'](/tmp|/dev/shm|\.\./)", RegexOptions.CultureInvariant)]
    private static partial Regex SharedFolder();

    [GeneratedRegex(@"\bos\.(symlink|link|mkfifo|mknod)\(|\.(symlink_to|hardlink_to|link_to)\(|\bCreateSymbolicLink\b", RegexOptions.CultureInvariant)]
    private static partial Regex StrangeOutput();

    [GeneratedRegex(@"'(working|submission)/submission\.csv'", RegexOptions.CultureInvariant)]
    private static partial Regex SecondOutput();

    [GeneratedRegex(@"^(if|elif|while)\b.*(\b(datetime(\.datetime)?|date)\.(now|today|utcnow)\(|\btime\.(localtime|gmtime|strftime|ctime)\(|\bgetmtime\(|\.st_(mtime|ctime)\b|\bDateTime\.(Now|UtcNow|Today)\b)", RegexOptions.CultureInvariant)]
    private static partial Regex ByDate();

    [GeneratedRegex(@"\b(len\((test|rows|train|sample)\w*\)|(test|rows|train)\w*\.shape\[0\])(==|!=|<=|>=|<|>)\d{3,}", RegexOptions.CultureInvariant)]
    private static partial Regex BySize();
}
