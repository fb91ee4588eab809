using AgentIde.Core.Holdouts;

namespace AgentIde.Tasks.Csv;

/// <summary>
/// What is wrong with some CSV, without the file's name: <c>line 7: …</c>. It never leaves this project: a task
/// file's becomes a <c>TaskProblemException</c>, a submission's becomes a grade with a problem.
/// </summary>
internal sealed class CsvProblemException(string message, Exception? inner = null) : Exception(message, inner)
{
    private int? Line { get; init; }

    public static CsvProblemException At(int line, string problem, Exception? inner = null) => new($"line {line}: {problem}", inner) { Line = line };

    /// <summary>The same as the problem of a task's file: <c>public/train.csv line 7: …</c>.</summary>
    public TaskProblemException In(string file) => new(Line is null ? $"{file}: {Message}" : $"{file} {Message}", this);
}
