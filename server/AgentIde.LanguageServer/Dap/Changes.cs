using System.Globalization;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.Core.Stepping.Stops;
using AgentIde.LanguageServer.Dap.Looking;
using AgentIde.LanguageServer.Lsp;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Dap;

/// <summary>
/// What a person asks of a run by giving something another value. What happened stays as it is: a plan, a program or a hint makes a
/// branch, a limit holds from now on.
/// </summary>
internal sealed class Changes(DebugRun run, Session session, NodeBlames blames)
{
    private const int LargestFile = 1 << 20;

    /// <param name="value">What was typed: the text itself; for a whole program also the path of a file with it.</param>
    /// <returns>How the new value is shown.</returns>
    /// <exception cref="RequestFailedException">It would come to nothing.</exception>
    public async Task<string> MakeAsync(Change change, string value, CancellationToken cancellationToken)
    {
        switch (change)
        {
            case BranchChange { Part: BranchPart.Hint } hint:
                await session.BranchAsync(new BranchRequest("", hint.Node, value), follow: false).ConfigureAwait(false);
                break;
            case BranchChange { Part: BranchPart.Plan } plan:
                await session.BranchAsync(new BranchRequest("", plan.Node, null, value), follow: false).ConfigureAwait(false);
                break;
            case BranchChange code:
                string program = code.Line is { } line ? await WithLineAsync(code.Node, line, value, cancellationToken).ConfigureAwait(false) : await ProgramAsync(value, cancellationToken).ConfigureAwait(false);
                await session.BranchAsync(new BranchRequest("", code.Node, null, null, program), follow: false).ConfigureAwait(false);
                return code.Line is null ? Show.Count(SourceLines.Of(program.TrimEnd('\n')).Length, "line") : PlainText.Visible(value, 200);
            case LimitChange limit:
                double number = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) && (!limit.OfNodes || (double.IsInteger(parsed) && Math.Abs(parsed) < 1e9)) ? parsed
                    : throw new RequestFailedException($"'{PlainText.Visible(value, 40)}' is no number of {(limit.OfNodes ? "nodes" : "seconds")}.");
                await session.LimitAsync(limit.OfNodes ? new BudgetRequest("", (int)number, null) : new BudgetRequest("", null, number)).ConfigureAwait(false);
                return number.ToString(CultureInfo.InvariantCulture);
            default:
                await session.HintAsync(value).ConfigureAwait(false);
                break;
        }

        return PlainText.Visible(value, 200);
    }

    /// <summary>What a name stands for that a watch can be given another value of: <c>plan</c>, <c>code[17]</c>, <c>limits.nodes</c>; null where it stands for nothing of the kind.</summary>
    /// <param name="node">Of the frame; null where that is of the run.</param>
    public static Change? Of(string expression, int? node)
    {
        string name = expression.Trim();
        if (IsLine(name))
        {
            int line = int.Parse(name.AsSpan(5, name.Length - 6), NumberStyles.None, CultureInfo.InvariantCulture);
            return node is { } its ? new BranchChange(its, BranchPart.Code) { Line = line } : null;
        }

        BranchPart? part = name switch
        {
            "hint" or "node.hint" => BranchPart.Hint,
            "plan" or "node.plan" => BranchPart.Plan,
            "code" or "node.code" => BranchPart.Code,
            _ => null,
        };
        return part is { } some ? node is { } id ? new BranchChange(id, some) : null
            : name switch
            {
                LimitChange.Nodes => new LimitChange(OfNodes: true),
                LimitChange.Seconds => new LimitChange(OfNodes: false),
                _ => null,
            };
    }

    private static bool IsLine(string name) =>
        name.StartsWith("code[", StringComparison.Ordinal) && name.EndsWith(']') && int.TryParse(name.AsSpan(5, name.Length - 6), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>Why nothing that is called so is given another value, with what is meant instead.</summary>
    /// <param name="isKnown">Whether anything is called so.</param>
    public static string Refusal(string name, bool isKnown) => name.Trim() switch
    {
        "limits" or "budget" => $"{name.Trim()} is not given a value as a whole: give {LimitChange.Nodes} or {LimitChange.Seconds} another one.",
        "nodes" or "run.nodes" => $"{name.Trim()} is how many nodes were started, which can't be changed: {LimitChange.Nodes} is how many may be.",
        "elapsed" or "run.elapsed" or "seconds" => $"{name.Trim()} is time that was taken, which can't be changed: {LimitChange.Seconds} is how much the run may take.",
        "hint" or "plan" or "code" or "node.hint" or "node.plan" or "node.code" => $"{name.Trim()} belongs to a node: go to one of its steps, and a branch of it is made with what you give.",
        var line when line.StartsWith("code[", StringComparison.Ordinal) => IsLine(line) ? "code belongs to a node: go to one of its steps, and a branch of it is made with what you give." : $"There is no `{PlainText.Visible(line, 60)}` here: code[LINE] takes the number of a line.",
        var unknown when !isKnown => $"There is no `{PlainText.Visible(unknown, 60)}` here.",
        _ => $"{PlainText.Visible(name, 60)} is what happened and can't be changed: hint, plan, code and code[LINE] of a node make a branch; {LimitChange.Nodes} and {LimitChange.Seconds} are the run's limits.",
    };

    private async Task<string> WithLineAsync(int node, int line, string value, CancellationToken cancellationToken)
    {
        if (!run.History.Head.Has(node) || run.History.Head[node].Code is not { } code)
        {
            throw new RequestFailedException($"Node {node} has no code.");
        }

        string[] lines = [.. SourceLines.Of((await blames.ReadTextAsync(code, cancellationToken).ConfigureAwait(false)).TrimEnd('\n'))];
        if (line < 1 || line > lines.Length)
        {
            throw new RequestFailedException($"The code of node {node} has {Show.Count(lines.Length, "line")}.");
        }

        if (lines[line - 1] == value)
        {
            throw new RequestFailedException($"Line {line} of node {node} says so already.");
        }

        lines[line - 1] = value;
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>A person can type a file's name where no debugger has room for a program.</summary>
    private async Task<string> ProgramAsync(string value, CancellationToken cancellationToken)
    {
        string name = value.Trim();
        bool isName = !name.Contains('\n', StringComparison.Ordinal) && Path.GetExtension(name) is ".py" or ".cs" && name.IndexOfAny(Path.GetInvalidPathChars()) < 0;
        if (!isName)
        {
            return value;
        }

        FileInfo file = new(Path.GetFullPath(name, run.Root));
        return !file.Exists ? throw new RequestFailedException($"There is no file {PlainText.Visible(file.FullName, 200)}: name one that has the program.")
            : file.Length > LargestFile ? throw new RequestFailedException($"{PlainText.Visible(file.FullName, 200)} is too large for a program.")
            : await File.ReadAllTextAsync(file.FullName, cancellationToken).ConfigureAwait(false);
    }
}
