using System.Text;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.Storage;

namespace AgentIde.Cli.Commands;

/// <summary>A node beside another one, such as a branch beside what it comes from: scores, the paired difference, and what the programs differ in.</summary>
internal static class NodesBesideEachOther
{
    public static async Task WriteAsync(TextWriter output, SqliteRunStore store, Journal journal, int node, int other, CancellationToken cancellationToken)
    {
        RunId run = journal.Settings!.Run;
        foreach (int id in (int[])[node, other])
        {
            if (!journal.Has(id))
            {
                throw new CommandException(ExitCode.BadUsage, $"{run} has no node {id}: it has {journal.Nodes.Count}.");
            }

            Node shown = journal[id];
            string result = shown.Failure is { } failure ? $"failed: {failure.Message}"
                : shown.Standing is { } score ? $"{journal.Task!.Metric.DisplayName} {Words.Score(score)}"
                : "no score yet";
            output.WriteLine($"node {id,-4} {SafeText.OneLine($"{Words.Operator(shown)}{(shown.Author is { } author ? $", written by {author}" : "")}: {result}", 200)}");
            output.WriteLine($"  plan    {SafeText.OneLine(shown.Plan ?? "(none yet)", 400)}");
        }

        output.WriteLine(
            Words.Gain(journal[node], other) is { } gain ? $"change    node {node} is {gain}, on the same rows"
            : Words.Gain(journal[other], node) is { } reverse ? $"change    node {other} is {reverse}, on the same rows"
            : "change    not known: the two were not compared on the same rows");
        if (journal[node].Code is not { } mine || journal[other].Code is not { } theirs)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine($"──── code of node {node}, where it is not that of node {other}");
        foreach (string line in CodeDifference.Of(await ReadAsync(theirs), await ReadAsync(mine)).DefaultIfEmpty("(the same)"))
        {
            output.WriteLine(SafeText.Lines(line));
        }

        async Task<string> ReadAsync(Digest code) => Encoding.UTF8.GetString((await store.ReadBlobAsync(run, code, cancellationToken)).Span);
    }
}
