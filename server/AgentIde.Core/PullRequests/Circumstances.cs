using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.PullRequests;

/// <summary>Where the code ran, and what the run cost.</summary>
internal static class Circumstances
{
    public static BodySection Sandbox(Evidence evidence) => new("the sandbox", 60, [() => Sandbox(evidence, isBrief: false), () => Sandbox(evidence, isBrief: true)]);

    public static BodySection Spend(Evidence evidence) => new("the spend by model", 50, [() => Spend(evidence, 12), () => Spend(evidence, 0)]);

    /// <summary>What names an engineer, without the paths of whoever ran it.</summary>
    public static string Engineer(string option) => option.Split(':', 2) switch
    {
        ["command", _] => "command:PROGRAM",
        ["recording", _] => "recording:FILE",
        _ => option,
    };

    private static string Sandbox(Evidence evidence, bool isBrief)
    {
        if (evidence.Journal.Sandbox is not { } sandbox)
        {
            return "## Where it ran\n\nThat is not known.";
        }

        StringBuilder text = new($"## Where it ran\n\nEvery program ran in the sandbox {evidence.Inline(sandbox.Engine, 40)} {evidence.Inline(sandbox.Version, 40)} ({evidence.Inline(sandbox.Interpreter, 200)}). Guarantees, as probed before the run:\n");
        Guarantee[] missing = [.. sandbox.Missing];
        string held = string.Join(", ", sandbox.Guarantees.Where(guarantee => guarantee.Held).Take(20).Select(guarantee => evidence.Inline(guarantee.Name, 40)));
        text.Append($"\n- held: {(held.Length == 0 ? "none" : held)}");
        foreach (Guarantee guarantee in missing.Take(20))
        {
            text.Append($"\n- **not held**: {evidence.Inline(guarantee.Name, 40)}{(isBrief ? "" : $" ({evidence.Inline(guarantee.How, 200)})")}");
        }

        return text.Append(missing.Length == 0 ? "\n- not held: none" : "").ToString();
    }

    private static string Spend(Evidence evidence, int models)
    {
        Journal journal = evidence.Journal;
        StringBuilder text = new($"## What it cost\n\n{Wording.Count(journal.Nodes.Count, "node")}, {Wording.Clock(journal.Spent)} of {Wording.Clock(TimeSpan.FromSeconds(Math.Clamp(journal.Settings!.Budget.Seconds, 0, 1e8)))}, {evidence.Inline(SpendingWords.Of(journal) ?? "no call to a model", 200)}.");
        ModelResults[] asked = [.. ModelResults.Of(journal).Take(models)];
        text.Append(asked.Length == 0 ? "" : "\n");
        foreach (ModelResults model in asked)
        {
            text.Append($"\n- {evidence.Inline(model.Model, 80)}: {evidence.Inline(SpendingWords.Dollars(model.Outlay), 60)}, {Runs.Figures.Tokens(model.Outlay.Settled.Input)} tokens in, {Runs.Figures.Tokens(model.Outlay.Settled.Output)} out, {Wording.Count(model.Outlay.Calls, "call")}, {Wording.Count(model.Nodes, "node")}, {model.Valid} valid");
        }

        return text.ToString();
    }
}
