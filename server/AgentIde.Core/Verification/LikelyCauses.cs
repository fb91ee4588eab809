using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Verification;

/// <summary>What a difference between two executions of one program likely comes from. Each cause is one line.</summary>
/// <param name="setting">Under what it was executed; null where the log says nothing of it.</param>
/// <param name="given">What it has this time.</param>
internal sealed partial class LikelyCauses(
    ProgramLanguage language, Outcome then, Outcome now, ExecutionSetting? setting, SandboxReport report, ExecutionBounds given, string source)
{
    /// <summary>From this share of its time on, an execution came near its limit.</summary>
    private const double Near = 0.8;

    private const int MostClocks = 3;

    /// <summary>What can be told without another execution; empty where that has to be asked.</summary>
    public ImmutableArray<string> Plain()
    {
        if (then.Submission is not null && then.Submission == now.Submission && (then.Ending, then.ExitCode) == (now.Ending, now.ExitCode))
        {
            return ["the same submission was graded otherwise: the score in the log was changed, or this version of agentide grades in another way"];
        }

        if (then.Failure?.Kind == FailureKind.Lost || now.Failure?.Kind == FailureKind.Lost)
        {
            return [$"the execution was lost {(then.Failure?.Kind == FailureKind.Lost ? "then" : "now")}, which says nothing of the program"];
        }

        ImmutableArray<string>.Builder causes = ImmutableArray.CreateBuilder<string>();
        if (then.Ending == Ending.TimeOut || now.Ending == Ending.TimeOut)
        {
            causes.Add(FormattableString.Invariant(
                $"the time limit: it {(then.Ending == Ending.TimeOut ? "was ended" : "ended by itself")} after {then.Seconds ?? 0:0.0} s{(setting?.Bounds is { } bounds ? FormattableString.Invariant($" of {bounds.Seconds:0.#} s") : "")} then, and {(now.Ending == Ending.TimeOut ? "was ended" : "ended by itself")} after {now.Seconds ?? 0:0.0} s of {given.Seconds:0.#} s now"));
        }

        if (then.Ending == Ending.OutOfMemory || now.Ending == Ending.OutOfMemory)
        {
            causes.Add($"the memory limit: {(setting?.Bounds is { } bounds ? Memory(bounds.MemoryBytes) : "not recorded")} then, {Memory(given.MemoryBytes)} now");
        }

        if (causes.Count > 0)
        {
            causes.AddRange(Surroundings());
        }

        return causes.ToImmutable();
    }

    /// <param name="agrees">Whether a further execution came to what this one came to.</param>
    public ImmutableArray<string> After(bool agrees)
    {
        string[] clocks = [.. Clocks()];
        string where = string.Join(", ", clocks);
        if (!agrees)
        {
            return [$"chance: executed twice here it comes to two results, so it draws random numbers without a fixed seed, or adds up in the order in which threads end{(clocks.Length > 0 ? $"; it also reads the clock ({where})" : "")}"];
        }

        ImmutableArray<string> causes =
        [
            .. Surroundings(),
            .. clocks.Length > 0 ? [$"the clock: it reads it ({where}), and may do more or less on a faster or slower machine"] : Array.Empty<string>(),
            .. IsNear(then.Seconds, setting?.Bounds) ? [FormattableString.Invariant($"the time limit: it came near it then, with {then.Seconds:0.0} s of {setting!.Bounds!.Seconds:0.#} s")] : Array.Empty<string>(),
        ];
        return !causes.IsEmpty ? causes
            : [$"none that the log knows: executed twice here it comes to the same, in an engine with the same versions{(setting?.Bounds is null ? "" : ", threads and memory")}. Another processor, or a library that is not listed, may compute otherwise; or the log was changed"];
    }

    /// <summary>What of the surroundings is not as it was, and what of them nobody recorded.</summary>
    private IEnumerable<string> Surroundings()
    {
        if (MissingModule().Match(now.Failure?.Message ?? "") is { Success: true } missing && then.Failure?.Message != now.Failure!.Message)
        {
            yield return $"a library that candidates don't have here: {missing.Groups[1].Value}";
        }

        if (setting?.Sandbox is not { } before)
        {
            yield return "not recorded: in which engine and with which versions it was executed";
        }
        else
        {
            if (before.Engine != report.Engine)
            {
                yield return $"another engine: {before.Engine} {before.Version} then, {report.Engine} {report.Version} now (--sandbox {before.Engine} takes the same)";
            }
            else if (before.Version != report.Version)
            {
                yield return $"another version of {report.Engine}: {before.Version} then, {report.Version} now";
            }

            if (language == ProgramLanguage.Python && before.Interpreter != report.Interpreter)
            {
                yield return $"other versions: {Versions(before.Interpreter, report.Interpreter)}";
            }
        }

        if (language == ProgramLanguage.CSharp)
        {
            yield return "not recorded: the versions of .NET and ML.NET";
        }

        if (setting?.Bounds is not { } bounds)
        {
            yield return "not recorded: with how many threads, how much memory and time it was executed";
        }
        else if (bounds.Cores != given.Cores)
        {
            yield return $"the number of threads: {bounds.Cores} then, {given.Cores} now";
        }
        else if (bounds.MemoryBytes != given.MemoryBytes)
        {
            yield return $"the memory limit: {Memory(bounds.MemoryBytes)} then, {Memory(given.MemoryBytes)} now";
        }
    }

    /// <summary>The parts that are not the same, of texts such as <c>Python 3.11.2 (numpy 1.24.2, pandas 1.5.3)</c>.</summary>
    internal static string Versions(string before, string after)
    {
        string[] then = Parts(before), now = Parts(after);
        string[] gone = [.. then.Except(now)], come = [.. now.Except(then)];
        return $"{(gone.Length > 0 ? string.Join(", ", gone) : "nothing more")} then, {(come.Length > 0 ? string.Join(", ", come) : "nothing more")} now";

        static string[] Parts(string text) => text.Split(['(', ')', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private IEnumerable<string> Clocks() => source.Split('\n')
        .Select((line, index) => (Match: Clock().Match(line), Number: index + 1))
        .Where(found => found.Match.Success)
        .Take(MostClocks)
        .Select(found => $"line {found.Number}: {found.Match.Value}");

    private static bool IsNear(double? seconds, ExecutionBounds? bounds) => seconds is { } known && bounds is not null && known >= Near * bounds.Seconds;

    private static string Memory(long bytes) => FormattableString.Invariant($"{bytes / (double)(1 << 30):0.##} GiB");

    [GeneratedRegex(@"^(?:ModuleNotFoundError|ImportError): (.{1,200})", RegexOptions.CultureInvariant)]
    private static partial Regex MissingModule();

    [GeneratedRegex(@"\b(?:time\.time|perf_counter|monotonic|process_time|datetime\.now|DateTime\.(?:UtcNow|Now)|Stopwatch\.\w+|Environment\.TickCount)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Clock();
}
