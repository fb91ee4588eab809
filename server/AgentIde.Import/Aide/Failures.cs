using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentIde.Core.Runs;

namespace AgentIde.Import.Aide;

/// <summary>Why AIDE took a node for buggy: the exception that it recorded, else the one that the output ends with, else its own word.</summary>
internal static partial class Failures
{
    private const int MaximumMessage = 300;
    private const int MaximumTraceback = 8_000;

    private const string TimedOut = "TimeoutError";

    public static Failure Of(AideNode node)
    {
        string? traceback = Traceback(node.Execution?.Output ?? "");
        string? type = node.Execution?.ExceptionType ?? (node.IsEndedByTraceback && traceback is not null ? EndedBy(traceback) : null);
        if (node.Execution is not { } execution || type is null)
        {
            return new Failure(FailureKind.Judged, node.Judgement ?? "AIDE took it for buggy and does not say why", null, null);
        }

        bool timedOut = HasTimedOut(execution);
        string message = Message(execution, traceback, type);
        return new Failure(
            timedOut ? FailureKind.TimeOut : FailureKind.Exception,
            Shown.Cut(message, MaximumMessage),
            Line(execution, traceback),
            (traceback ?? Rebuilt(execution, message)) is { } text ? Shown.Cut(text, MaximumTraceback) : null);
    }

    /// <summary>AIDE interrupts a program at its time limit and calls that a <c>TimeoutError</c>.</summary>
    public static bool HasTimedOut(AideExecution execution) =>
        execution.ExceptionType == TimedOut || (execution.ExceptionType is null && LimitLine().IsMatch(execution.Output));

    private static string Message(AideExecution execution, string? traceback, string type)
    {
        if (HasTimedOut(execution) && LimitLine().Match(execution.Output) is { Success: true } limit)
        {
            return limit.Value.Trim();
        }

        if (traceback is not null && LastError(traceback) is { } error && error.Groups["type"].Value.Split('.')[^1] == type.Split('.')[^1])
        {
            return error.Value.Trim();
        }

        return execution.Arguments.IsEmpty ? type : $"{type}: {string.Join(", ", execution.Arguments)}";
    }

    /// <summary>The last traceback, without AIDE's own words behind it; null where there is none.</summary>
    private static string? Traceback(string output)
    {
        int start = output.LastIndexOf("Traceback (most recent call last):", StringComparison.Ordinal);
        return start < 0 ? null : EndOfOutput().Replace(output[start..], "").TrimEnd();
    }

    /// <summary>The error that the output ends with: a program that goes on to write has caught it.</summary>
    private static string? EndedBy(string traceback) =>
        LastError(traceback) is { } error && error.Index + error.Length == traceback.Length ? error.Groups["type"].Value : null;

    private static Match? LastError(string traceback)
    {
        Match? last = null;
        foreach (Match match in ErrorLine().Matches(traceback))
        {
            last = match;
        }

        return last;
    }

    /// <summary>Where the candidate's own file failed: the innermost of its frames.</summary>
    private static int? Line(AideExecution execution, string? traceback)
    {
        int? line = execution.Stack.LastOrDefault(frame => IsOwn(frame.File))?.Line;
        foreach (Match frame in line is null && traceback is not null ? Frame().Matches(traceback) : (IEnumerable<Match>)[])
        {
            line = IsOwn(frame.Groups[1].Value) ? int.Parse(frame.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : line;
        }

        return line;
    }

    /// <summary>AIDE writes the code into <c>runfile.py</c>, MLE-bench's into <c>solution.py</c>; a file without a folder is one of its own too.</summary>
    private static bool IsOwn(string file) =>
        Path.GetFileName(file) is "runfile.py" or "solution.py" || (!file.Contains('/', StringComparison.Ordinal) && !file.Contains('\\', StringComparison.Ordinal) && !file.StartsWith('<'));

    /// <summary>From the frames, as Python would print them; null where there are none.</summary>
    private static string? Rebuilt(AideExecution execution, string message)
    {
        if (execution.Stack.IsEmpty)
        {
            return null;
        }

        StringBuilder text = new("Traceback (most recent call last):\n");
        foreach (AideFrame frame in execution.Stack)
        {
            text.Append(CultureInfo.InvariantCulture, $"  File \"{frame.File}\", line {frame.Line}, in {frame.Function}\n");
            text.Append(string.IsNullOrWhiteSpace(frame.Text) ? "" : $"    {frame.Text}\n");
        }

        return text.Append(message).ToString();
    }

    [GeneratedRegex(@"File ""([^""\n]+)"", line (\d{1,7})", RegexOptions.CultureInvariant)]
    private static partial Regex Frame();

    [GeneratedRegex(@"^(?<type>[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning|Iteration|Fault|Timeout))(?::.*)?\r?$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"\n*(?:Execution time: [^\n]*|TimeoutError: Execution exceeded the time limit[^\n]*)\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex EndOfOutput();

    [GeneratedRegex(@"TimeoutError: Execution exceeded the time limit[^\n]*\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LimitLine();
}
