using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;
using AgentIde.Storage;

namespace AgentIde.Cli.Commands;

/// <summary>
/// <c>agentide replay</c>: folds the log again, from nothing but the log. Checks every hash, that each of the policy's
/// decisions follows from the journal before it, and that the journal is the one the run finished with.
/// </summary>
internal static class ReplayCommand
{
    private static readonly Argument<string> Run = CommonOptions.Run();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("replay", "Replay a run from its log alone and check that it comes to the same journal.\n\nExample: agentide replay last") { Run, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        SqliteRunStore store = CommonOptions.Store;
        RunId run = await CommonOptions.FindAsync(store, parsed.GetValue(Run)!, cancellationToken);
        bool json = parsed.GetValue(Json);
        PlainView view = new(json ? TextWriter.Null : Console.Out);
        List<string> problems = [.. await store.CheckAsync(run, cancellationToken)];
        Journal journal = Journal.Empty;
        await foreach ((RecordedEvent recorded, Journal next) in ReadAllAsync(store, run, cancellationToken))
        {
            problems.AddRange(Differences(journal, recorded));
            journal = next;
            view.Show(recorded, journal);
        }

        Digest digest = Digest.Of(RunJson.WriteCanonical(journal));
        if (json)
        {
            ReplayReport report = new(run.Value, problems.Count == 0, journal.Nodes.Count, journal.Seq, digest.Hex, problems);
            Console.Out.WriteLine(JsonSerializer.Serialize(report, ReplayJsonContext.Default.ReplayReport));
        }
        else
        {
            Console.Out.WriteLine();
            problems.ForEach(problem => Console.Out.WriteLine($"differs     {SafeText.OneLine(problem, 400)}"));
            Console.Out.WriteLine(problems.Count == 0
                ? $"same        {journal.Seq} event{(journal.Seq == 1 ? "" : "s")}, {Words.Count(journal.Nodes.Count, "node")}; the chain fits, {(journal.Settings?.Origin is { } origin ? $"the decisions are {SafeText.OneLine(origin.Program, 40)}'s and not checked" : "the decisions follow")}, the journal is {digest.Short}{(journal.Finished is null ? " (unfinished)" : ", as the run left it")}"
                : $"The replay differs in {Words.Count(problems.Count, "place")}.");
        }

        return problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static async IAsyncEnumerable<(RecordedEvent Event, Journal Journal)> ReadAllAsync(
        SqliteRunStore store, RunId run, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Journal journal = Journal.Empty;
        while (await store.ReadAsync(run, journal.Seq, 1_000, cancellationToken) is { Events: { IsEmpty: false } events })
        {
            foreach (RecordedEvent recorded in events)
            {
                journal = journal.Apply(recorded);
                yield return (recorded, journal);
            }
        }
    }

    private static IEnumerable<string> Differences(Journal before, RecordedEvent recorded)
    {
        switch (recorded.Event)
        {
            // What a person asked for, and another answer to a prompt, no policy chose; what a fork copied was chosen within the other run's budget.
            case NodeStarted { Asked: null, SampleOf: null } started when (before.Settings!.Fork is null || recorded.Epoch > 1) && Policies.Find(before.Settings!.Policy) is { } choose:
                Draws draws = new(before.Settings.Seed, started.Node, "policy");
                Decision decision = choose(before, draws);
                if (decision.Operator != started.Operator || !decision.Parents.SequenceEqual(started.Parents) || !draws.Drawn.SequenceEqual(started.Draws))
                {
                    yield return $"event {recorded.Seq}: the policy would have chosen to {decision.Operator} {string.Join(", ", decision.Parents)}, the log says {started.Operator} {string.Join(", ", started.Parents)}";
                }

                break;
            case RunFinished finished when finished.Journal != Digest.Of(RunJson.WriteCanonical(before)):
                yield return $"event {recorded.Seq}: the run finished with journal {finished.Journal.Short}, the replay comes to {Digest.Of(RunJson.WriteCanonical(before)).Short}";
                break;
        }
    }
}

/// <param name="Journal">Digest of the canonical journal.</param>
internal sealed record ReplayReport(string Run, bool Same, int Nodes, long Events, string Journal, IReadOnlyList<string> Differences);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class ReplayJsonContext : JsonSerializerContext;
