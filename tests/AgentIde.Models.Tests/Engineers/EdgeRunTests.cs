using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;
using AgentIde.Models.Engineers;
using AgentIde.Models.Prompts;
using AgentIde.Models.Providers;
using AgentIde.Models.Tests.Providers;
using AgentIde.ModelServer;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.Models.Tests.Engineers;

/// <summary>
/// Whole runs over a store on the disk, with the real clients against a server that answers as no provider should: each
/// case ends in the right event, with the right words and the right spend. A program is a number, which is its score.
/// </summary>
public sealed class EdgeRunTests : IDisposable
{
    private static readonly Price Price = new(Input: 1, Output: 10, CachedInput: 0.1m, new DateOnly(2026, 11, 1));

    /// <summary>Three attempts, and nobody waits between them.</summary>
    private static readonly Patience Impatience = new(2, TimeSpan.Zero, TimeSpan.FromMinutes(2)) { Waits = false };

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteRunStore _store;

    public EdgeRunTests() => _store = new SqliteRunStore(_folder.Path, TimeProvider.System);

    public static TheoryData<string, Protocol, bool> Cases { get; } = new(
        from edge in Edge.All
        from protocol in Enum.GetValues<Protocol>()
        from streamed in new[] { true, false }
        where streamed || !edge.OnlyStreamed
        select (edge.Name, protocol, streamed));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_ends_in_the_right_event_with_a_clear_message_and_the_right_spend(string name, Protocol protocol, bool streamed)
    {
        Edge edge = Edge.All.Single(candidate => candidate.Name == name);
        await using ScriptedServer thief = ScriptedServer.Of(new CannedAnswer(Edge.Good));
        int next = -1;
        await using ScriptedServer server = new(request => edge.Answers[Math.Min(Interlocked.Increment(ref next), edge.Answers.Length - 1)](new Asked(request, protocol, edge.Usage, thief.Url)));
        using ProviderModel model = Peer.Model(server, protocol, streamed, change: edge.Stalls ? Hurried : null, price: Price);
        string? stopped = null;
        OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        await using (owned)
        {
            try
            {
                await Loop(model).RunAsync(owned, edge.Budget);
            }
            catch (EngineerException stop)
            {
                stopped = stop.Message;
            }
        }

        // As it stands on the disk.
        RunEvent[] events = [.. (await _store.ReadAsync(owned.Run, 0, 1_000, CancellationToken.None)).Events.Select(recorded => recorded.Event)];
        Journal journal = Journal.Empty.Apply((await _store.ReadAsync(owned.Run, 0, 1_000, CancellationToken.None)).Events);

        // Each attempt was set aside before it was sent, and ended; nothing was sent beside them.
        events.Where(@event => @event is CallReserved or CallEnded).Select(@event => @event.GetType()).ShouldBe(
            Enumerable.Repeat<Type[]>([typeof(CallReserved), typeof(CallEnded)], edge.Calls.Length).SelectMany(pair => pair));
        (server.Requests.Length, thief.Requests.Length, journal.Spending.Total.Open).ShouldBe((edge.Calls.Length, 0, 0));
        ModelCall[] calls = [.. journal.Nodes.SelectMany(node => node.Calls)];
        calls.Select(call => call.Outcome!.Problem).ShouldBe(edge.Calls.Select(call => call.Problem));

        // What each came to, and the sum of it, to the millionth of a dollar.
        decimal dollars = 0;
        foreach ((ModelCall call, Call expected) in calls.Zip(edge.Calls))
        {
            expected.Spent.Check(call, Reported(protocol, edge));
            call.Dollars.ShouldNotBeNull().ShouldBe((call.Usage.Input - call.Usage.CachedInput + (0.1m * call.Usage.CachedInput) + (10 * call.Usage.Output)) / 1_000_000m, 0.000001m);
            dollars += call.Dollars!.Value;
        }

        (journal.Spending.Total.SettledDollars, journal.Spending.Total.Settled.Total).ShouldBe((dollars, calls.Sum(call => call.Usage.Total)));

        // How it ended, in words.
        string[] messages = [.. events.OfType<CallEnded>().Select(ended => ended.Message).Where(message => message.Length > 0)];
        (messages.Length, messages.All(message => !message.Contains('\n') && !message.Contains(Peer.Canary) && message.Length < 600)).ShouldBe((edge.Calls.Count(call => call.Problem is not null) + (edge.Overruns ? 1 : 0), true));
        string told = edge.End switch
        {
            End.Stopped => stopped.ShouldNotBeNull(),
            End.NodeFailed => events.OfType<NodeFailed>().ShouldHaveSingleItem().Failure.Message,
            End.Refused => events.OfType<CallRefused>().ShouldHaveSingleItem().Why,
            _ => events.OfType<NodeProposed>().Last().Plan,
        };
        told.ShouldContain(edge.Words);
        (told.Contains('\n'), told.Contains(Peer.Canary), stopped is null).ShouldBe((false, false, edge.End != End.Stopped));
        (events.OfType<NodeProposed>().Count(), events.OfType<NodeFailed>().Count(), events.OfType<CallRefused>().Count()).ShouldBe(
            (edge.Nodes - (edge.End == End.Proposed ? 0 : 1), edge.End == End.NodeFailed ? 1 : 0, edge.End == End.Refused ? 1 : 0));
        if (edge.End == End.Stopped)
        {
            // Nothing is lost: the node waits for whoever resumes the run.
            (journal.Finished, journal.Nodes[^1].Stage).ShouldBe((null, NodeStage.Think));
        }
        else
        {
            journal.Finished!.Ending.ShouldBe(edge.End == End.Refused ? RunEnding.BudgetSpent : RunEnding.NodesSpent);
        }
    }

    [Theory]
    [InlineData(Protocol.Chat)]
    [InlineData(Protocol.Responses)]
    [InlineData(Protocol.Messages)]
    public async Task Reasoning_is_kept_with_the_call_and_paid_for_as_output(Protocol protocol)
    {
        await using ScriptedServer server = ScriptedServer.Of(new CannedAnswer(Edge.Good, Thinking: "Let me see: 3.5 it is.", Usage: new CannedUsage(1_000, 100, 80, 40)));
        using ProviderModel model = Peer.Model(server, protocol, price: Price);
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);

        ModelCall call = (await Loop(model).RunAsync(owned, new Budget(1, 600)))[1].Calls.ShouldHaveSingleItem();

        ReadOnlyMemory<byte> thinking = await _store.ReadBlobAsync(owned.Run, call.Outcome!.Thinking!.Value, CancellationToken.None);
        System.Text.Encoding.UTF8.GetString(thinking.Span).ShouldBe("Let me see: 3.5 it is.");
        (call.Usage.Input, call.Usage.CachedInput, call.Usage.Output, call.Dollars).ShouldBe((1_000, 100, 80, 0.00171m));
    }

    private ScriptedLoop Loop(ProviderModel model)
    {
        Crew crew = Crew.Parse(model.Name, _ => new CrewMember(model, environment => new PromptOptions(environment, MaximumTokens: 20_000, MaximumOutput: Edge.MaximumOutput)));
        ModelEngineer engineer = new(crew, RecordedEngineer.Parse("{\"plan\": \"Substitute.\", \"code\": \"9\"}\n{\"plan\": \"Substitute.\", \"code\": \"8\"}"), Impatience, TimeProvider.System);
        return new ScriptedLoop(_store, engineer, TimeProvider.System) { Choose = Next };
    }

    /// <summary>A draft, and then improvements of it.</summary>
    private static Decision Next(Journal journal, Draws draws) =>
        journal.Best is { } best ? new Decision(Operator.Improve, [best], "the test's turn") : new Decision(Operator.Draft, [], "the test's turn");

    /// <summary>Anthropic does not tell what of the output was thought; an answer without thoughts has none.</summary>
    private static TokenUsage Reported(Protocol protocol, Edge edge) =>
        new(edge.Usage.Input, edge.Usage.CachedInput, edge.Usage.Output, protocol == Protocol.Messages ? 0 : edge.Usage.Reasoning);

    /// <summary>So long that the good answer which comes after the bad one has it, on a busy machine too.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static ProviderSettings Hurried(ProviderSettings settings) =>
        settings with { First = Patience, Idle = Patience, Total = settings.Stream ? settings.Total : Patience };
}
