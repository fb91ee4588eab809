using AgentIde.Cli.Commands;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Verification;

namespace AgentIde.Cli.Terminal;

/// <summary>A verification as lines of text, each as soon as it is known.</summary>
internal sealed class VerificationView(TextWriter output, Journal journal)
{
    private const int Width = 600;

    public void Begin(SandboxReport now, int cores, int executions)
    {
        Row("verifying", $"{Words.Count(executions, "execution")} in {Where(now)}, {Words.Count(cores, "core")} at most");
        if (journal.Sandbox is { } then && Where(then) != Where(now))
        {
            Row("the run", $"had {Where(then)}{(then.Engine == now.Engine ? "" : $": --sandbox {then.Engine} takes the same")}");
        }
    }

    public void Skip(SkippedNodeReport skipped) => Row($"{skipped.Node,3}", $"skipped: {skipped.Why}");

    /// <param name="number">Which of all executions it is.</param>
    public void Show(VerifiedNode node, int number, int executions)
    {
        string what = node.Purpose switch
        {
            ExecutionPurpose.Refit => $"refit of {node.Node}",
            ExecutionPurpose.Fresh => $"{node.Node,3} on fresh split",
            _ => $"{node.Node,3} {Words.Operator(journal[node.Node])}",
        };
        string verdict = node.Verdict == Verdict.Differs ? "DIFFERS" : node.Verdict.ToString().ToLowerInvariant();
        Row($"{number}/{executions}", $"{what,-18} {verdict,-8} {Result(node)}");
        Under("what", node.Differences);
        Under("cause", node.Causes);
        Under("note", node.Notes);
        output.Flush();
    }

    public void End(VerificationReport report)
    {
        string skipped = report.Skipped.Count > 0 ? $"; {Words.Count(report.Skipped.Count, "node")} skipped" : "";
        output.WriteLine();
        if (report.NotReached.Count > 0)
        {
            Row("broken off", $"{Words.Count(report.Nodes.Count, "execution")} compared: {report.Same} the same{(report.Close > 0 ? $", {report.Close} within the tolerance" : "")}{(report.Differing > 0 ? $", {report.Differing} different" : "")}{skipped}");
            Row("go on", $"agentide replay {journal.Settings!.Run} --verify --nodes {string.Join(",", report.NotReached)}");
            return;
        }

        Row(report.Differing == 0 ? "verified" : "differs", report.Differing == 0
            ? $"{Words.Count(report.Nodes.Count, "execution")}: {report.Same} the same{(report.Close > 0 ? $", {report.Close} within the tolerance" : "")}{skipped}"
            : $"{report.Differing} of {Words.Count(report.Nodes.Count, "execution")}: {string.Join(", ", report.Nodes.Where(node => node.Verdict == Verdict.Differs).Select(Named))}{skipped}");
    }

    private static string Named(VerifiedNodeReport node) => node.Purpose switch
    {
        ExecutionPurpose.Refit => $"the refit of {node.Node}",
        ExecutionPurpose.Fresh => $"{node.Node} on the fresh split",
        _ => $"{node.Node}",
    };

    private string Where(SandboxReport sandbox) =>
        $"{sandbox.Engine} {sandbox.Version}{(journal.Settings!.Language == ProgramLanguage.Python ? $", {sandbox.Interpreter}" : "")}";

    private string Result(VerifiedNode node)
    {
        string came = node.Now switch
        {
            { Score: { } score } => $"{journal.Task!.Metric.DisplayName} {Figures.Rounded(score, journal[node.Node].Score?.StandardError)}",
            { Failure: { } failure } => $"failed: {failure.Message}",
            { Ending: Ending.Exited } => "left its submission",
            _ => "",
        };
        string time = node.Now.Seconds is { } now ? $"{Words.Seconds(now)}{(node.Then.Seconds is { } then ? $" (then {Words.Seconds(then)})" : "")}" : "";
        return string.Join(", ", new[] { came, time }.Where(part => part.Length > 0));
    }

    private void Under(string name, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            Row("", $"{name,-6} {line}");
        }
    }

    private void Row(string name, string text) => output.WriteLine($"{name,-11} {SafeText.OneLine(text, Width)}".TrimEnd());
}
