using System.Globalization;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;

namespace AgentIde.Core.PullRequests;

/// <summary>Where the code ran, what the run cost, and how to run it again.</summary>
internal static class Circumstances
{
    public static BodySection Sandbox(Evidence evidence) => new("the sandbox", 60, [() => Sandbox(evidence, isBrief: false), () => Sandbox(evidence, isBrief: true)]);

    public static BodySection Spend(Evidence evidence) => new("the spend by model", 50, [() => Spend(evidence, 12), () => Spend(evidence, 0)]);

    public static BodySection Reproduce(Evidence evidence) => BodySection.Fixed("how to run it again", () =>
        $"## How to run it again\n\n{evidence.Fenced(Command(evidence.Journal), "sh", 2_000)}\n\nThe holdout is cut with a secret of the workspace: elsewhere it has other rows, and scores differ a little.");

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

        return text.Append(missing.Length == 0 ? "\n- not held: none of those that are known" : "").ToString();
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

    private static string Command(Journal journal)
    {
        RunSettings settings = journal.Settings!;
        Budget budget = settings.Budget;
        // A task elsewhere on the machine is named by its folder alone.
        string folder = Path.IsPathRooted(settings.TaskFolder) ? Path.GetFileName(settings.TaskFolder.TrimEnd('/')) : settings.TaskFolder;
        List<string> words = ["agentide", "run", folder.Length == 0 ? "TASK" : folder[0] == '-' ? $"./{folder}" : folder];
        void Add(string option, string? value, bool isDefault = false) => words.AddRange(value is null || isDefault ? [] : [option, value]);
        Add("--engineer", settings.EngineerOption is { } engineer ? Engineer(engineer) : null);
        Add("--policy", settings.Policy, settings.Policy == AidePolicy.Usual);
        Add("--language", "csharp", settings.Language == ProgramLanguage.Python);
        Add("--nodes", Number(budget.Nodes));
        Add("--time", $"{Number(Math.Ceiling(Math.Clamp(budget.Seconds, 1, 1e8)))}s");
        Add("--cost", budget.Dollars is { } dollars ? Number(dollars) : null);
        Add("--tokens", budget.Tokens is { } tokens ? Number(tokens) : null);
        Add("--samples", settings.Samples is { } samples ? Number(samples) : null, settings.Samples is 1);
        Add("--parallel", settings.Parallel is { } parallel ? Number(parallel) : null, settings.Parallel is 1);
        Add("--seed", Number(settings.Seed));
        Add("--split-seed", Number(settings.SplitSeed), settings.SplitSeed == 1);
        Add("--sandbox", journal.Sandbox?.Engine, journal.Sandbox?.Engine is null or "bubblewrap");
        return string.Join(' ', words.Select(Quoted));
    }

    private static string Number<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>As one word of a shell, whatever it holds: a log may come from a stranger.</summary>
    private static string Quoted(string word) =>
        word.Length > 0 && word.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '/' or ':' or '-' or ',' or '=' or '+')
            ? word
            : $"'{word.ReplaceLineEndings(" ").Replace("'", """'\''""", StringComparison.Ordinal)}'";
}
