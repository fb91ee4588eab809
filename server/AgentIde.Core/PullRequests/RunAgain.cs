using System.Globalization;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.PullRequests;

/// <summary>How to run it again: the command, what it repeats, and what it does not.</summary>
internal static class RunAgain
{
    /// <summary>The command stays; what people did is told in less and less.</summary>
    public static BodySection Of(Evidence evidence) => new("what the command does not repeat", 65, [() => Write(evidence, 40, 200), () => Write(evidence, 12, 80), () => Write(evidence, 0, 0)]);

    private static string Write(Evidence evidence, int most, int length)
    {
        RunSettings settings = evidence.Journal.Settings!;
        string fenced = evidence.Fenced(Command(evidence.Journal), "sh", 2_000);
        // Names that the log was checked for, and to be copied as they are: without the marks that make a stranger's text inert.
        string named = settings.Issue is { } from ? fenced.Insert(fenced.LastIndexOf('\n'), $" --issue {ShellWord.Quoted(from.ToString())}") : fenced;
        string command = $"## How to run it again\n\n{named}";
        bool isRecorded = settings.EngineerOption?.StartsWith("recording:", StringComparison.Ordinal) == true;
        string models = !isRecorded && evidence.Journal.Nodes.Any(node => !node.Calls.IsEmpty) ? " A model answers otherwise each time." : "";
        StringBuilder text = new($"{command}\n\nThat is a new run by the settings of this one. The holdout is cut with a secret of the workspace: elsewhere it has other rows, and scores differ a little.{models}");
        string[] others = [.. Others(evidence, length)];
        if (others.Length > 0)
        {
            text.Append(most == 0 ? $" It does not repeat {Wording.Count(others.Length, "thing")} that people said, gave or changed." : " It does not repeat:\n");
            foreach (string other in others.Take(most))
            {
                text.Append($"\n- {other}");
            }

            text.Append(most > 0 && others.Length > most ? $"\n- and {others.Length - most} more" : "");
        }

        return text.Append($"\n\nThe programs themselves, as they were recorded, are executed again and compared by `agentide replay {settings.Run} --verify`, where the run's log is.").ToString();
    }

    /// <summary>What a run went by that no option of the command says.</summary>
    private static IEnumerable<string> Others(Evidence evidence, int length)
    {
        Journal journal = evidence.Journal;
        RunSettings settings = journal.Settings!;
        if (settings.EngineerOption is { } engineer && Circumstances.Engineer(engineer) is var named && named != engineer)
        {
            yield return $"what stands for `{named[(named.IndexOf(':', StringComparison.Ordinal) + 1)..]}`: it may hold paths and keys, so the run's log alone tells it";
        }

        if (settings.Issue is { } issue)
        {
            yield return $"the text of issue {issue.Number} of {evidence.Inline($"{issue.Owner}/{issue.Name}", 200)}, as it was then: `--issue` reads it as it is now";
        }

        if (settings.Fork is { } fork)
        {
            string nodes = fork.PullRequest is { Made: [.., { } made] } ? $"{Wording.Count(made.Last, "node")} and " : "";
            yield return $"the finished run `{fork.Run}`, which it goes on from: {nodes}{Wording.Clock(TimeSpan.FromSeconds(Math.Clamp(fork.Seconds, 0, 1e8)))} of the limits in the command were spent there, and one run that has them all may decide otherwise";
        }

        if (evidence.Account.HasOtherLimits)
        {
            yield return "limits that were changed on the way: the command has the last ones";
        }

        foreach ((int after, string said) in evidence.Account.Hints)
        {
            string when = after == 0 ? "before the first node" : after >= journal.Nodes.Count ? "after the last node was begun" : $"before node {after + 1}";
            yield return $"a hint {when}: “{evidence.Inline(said, length)}”";
        }

        foreach (Node node in evidence.Account.AskedFor.Select(id => journal[id]))
        {
            string who = node.Comment is null ? "a person" : "a comment of the review";
            string what = node.Author is not null ? ", with a program of their own" : node.Given is { Plan: { } plan } ? $", with a plan of their own: “{evidence.Inline(plan, length)}”" : "";
            string hint = node.Hint is { } wish && node.Comment is null ? $"{(what.Length == 0 ? ": " : ", and a hint: ")}“{evidence.Inline(wish, length)}”" : "";
            yield return $"node {node.Id}, which {who} asked for{what}{hint}";
        }

        int[] rejected = [.. journal.Nodes.Where(node => node.Rejected is not null).Select(node => node.Id)];
        if (rejected.Length > 0)
        {
            yield return $"{Wording.Nodes(rejected)}, which {(rejected.Length == 1 ? "was" : "were")} rejected";
        }
    }

    private static string Command(Journal journal)
    {
        RunSettings settings = journal.Settings!;
        Budget budget = settings.Budget;
        // A task elsewhere on the machine is named by its folder alone.
        string folder = Path.IsPathRooted(settings.TaskFolder) ? Path.GetFileName(settings.TaskFolder.TrimEnd('/')) : settings.TaskFolder;
        List<string> words = ["agentide", "run", folder.Length == 0 ? "TASK" : folder[0] == '-' ? $"./{folder}" : folder];
        void Add(string option, string? value, bool isDefault = false) => words.AddRange(value is null || isDefault ? [] : [option, value]);
        Add("--engineer", settings.EngineerOption is { } engineer ? Circumstances.Engineer(engineer) : null);
        Add("--policy", settings.Policy); // Named always: what is usual may change.
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
        return string.Join(' ', words.Select(ShellWord.Quoted));
    }

    private static string Number<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
