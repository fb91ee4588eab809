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
/// decisions follows from the journal before it, and that the journal is the one the run finished with. With
/// <c>--verify</c> it then executes each program of the run once more and compares what comes of it.
/// </summary>
internal static class ReplayCommand
{
    private static readonly Argument<string> Run = CommonOptions.Run();
    private static readonly Option<bool> Verify = new("--verify") { Description = "Then execute each node again in the sandbox, compare submissions and scores, and name what differs and why." };
    private static readonly Option<string?> Nodes = new("--nodes") { Description = "With --verify: these nodes alone, such as 3,7." };
    private static readonly Option<string?> TaskFolder = new("--task") { Description = "With --verify: where the task's folder is now, if it has moved." };
    private static readonly SandboxFlags Sandbox = new();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("replay", "Replay a run from its log alone and check that it comes to the same journal.\n\nExample: agentide replay last\n         agentide replay last --verify --nodes 3,7") { Run, Verify, Nodes, TaskFolder, Json };
        Sandbox.AddTo(command);
        command.Validators.Add(result =>
        {
            if (!result.GetValue(Verify) && command.Options.FirstOrDefault(option => option != Json && option != Verify && result.GetResult(option) is { Implicit: false }) is { } given)
            {
                result.AddError($"{given.Name} is for --verify: a replay from the log alone executes nothing.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        bool json = parsed.GetValue(Json), verify = parsed.GetValue(Verify);
        SandboxChoice? sandbox = verify ? Sandbox.Read(parsed) : null;
        SqliteRunStore store = CommonOptions.Store;
        RunId run = await CommonOptions.FindAsync(store, parsed.GetValue(Run)!, cancellationToken);
        PlainView view = new(json || verify ? TextWriter.Null : Console.Out);
        List<string> problems = [.. await store.CheckAsync(run, cancellationToken)];
        Journal journal = Journal.Empty;
        await foreach ((RecordedEvent recorded, Journal next) in ReadAllAsync(store, run, cancellationToken))
        {
            problems.AddRange(Differences(journal, recorded));
            journal = next;
            view.Show(recorded, journal);
        }

        TextWriter output = json ? Console.Error : Console.Out;
        Digest digest = Digest.Of(RunJson.WriteCanonical(journal));
        if (!json || verify)
        {
            WriteLogs(output, journal, digest, problems, verify);
        }

        VerificationReport? verification = sandbox is null ? null
            : await VerificationRun.RunAsync(store, journal, parsed.GetValue(Nodes), parsed.GetValue(TaskFolder), sandbox, output, cancellationToken);
        bool same = problems.Count == 0 && verification is null or { Differing: 0, NotReached.Count: 0 };
        if (json)
        {
            ReplayReport report = new(run.Value, same, journal.Nodes.Count, journal.Seq, digest.Hex, problems, verification);
            Console.Out.WriteLine(JsonSerializer.Serialize(report, ReplayJsonContext.Default.ReplayReport));
        }

        return verification is { NotReached.Count: > 0 } ? ExitCode.Interrupted : same ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>What the log alone came to.</summary>
    private static void WriteLogs(TextWriter output, Journal journal, Digest digest, List<string> problems, bool verify)
    {
        if (!verify)
        {
            output.WriteLine();
        }

        problems.ForEach(problem => output.WriteLine($"differs     {SafeText.OneLine(problem, 400)}"));
        output.WriteLine(problems.Count == 0
            ? $"same        {journal.Seq} event{(journal.Seq == 1 ? "" : "s")}, {Words.Count(journal.Nodes.Count, "node")}; the chain fits, {(journal.Settings?.Origin is { } origin ? $"the decisions are {SafeText.OneLine(origin.Program, 40)}'s and not checked" : "the decisions follow")}, the journal is {digest.Short}{(journal.Finished is null ? " (unfinished)" : ", as the run left it")}"
            : $"The replay differs in {Words.Count(problems.Count, "place")}.");
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
            case NodeStarted { Asked: null, SampleOf: null } started when (before.Settings!.Fork is null || recorded.Epoch > 1) && Policies.Find(before.Settings!.Policy) is { } policy:
                Draws draws = new(before.Settings.Seed, started.Node, "policy");
                Decision decision = policy.Choose(before, draws);
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
/// <param name="Differences">Of the log alone.</param>
/// <param name="Verification">Null where nothing was executed.</param>
internal sealed record ReplayReport(
    string Run, bool Same, int Nodes, long Events, string Journal, IReadOnlyList<string> Differences,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] VerificationReport? Verification);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class ReplayJsonContext : JsonSerializerContext;
