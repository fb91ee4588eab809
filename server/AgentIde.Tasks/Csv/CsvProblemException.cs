namespace AgentIde.Tasks.Csv;

/// <summary>
/// What is wrong with some CSV, without the file's name: <c>line 7: …</c>. It never leaves this project: a task
/// file's becomes a <c>TaskProblemException</c>, a submission's becomes a grade with a problem.
/// </summary>
internal sealed class CsvProblemException(string message, Exception? inner = null) : Exception(message, inner)
{
    public static CsvProblemException At(int line, string problem, Exception? inner = null) => new($"line {line}: {problem}", inner);
}
