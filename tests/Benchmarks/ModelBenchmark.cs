using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Engineers;
using AgentIde.Models.Keys;
using AgentIde.Models.Prices;
using AgentIde.Models.Prompts;
using AgentIde.Models.Providers;
using AgentIde.ModelServer;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.Benchmarks;

/// <summary>
/// What a model's turn costs beside the model: from the start of a node to its program in the log, with a scripted
/// server on this machine that answers at once. In it: the prompt, the reservation and its end in SQLite, a connection,
/// the stream, reading the answer.
/// </summary>
internal static class ModelBenchmark
{
    private const int Nodes = 60, Warming = 10;

    public static async Task RunAsync()
    {
        int said = 0;
        await using ScriptedServer server = new(request => Protocols.Answer(request, new CannedAnswer($"Guess {++said}.\n\n```python\n{said}.5\n```\n\n- `{said}.5`: a guess.\n", Usage: new CannedUsage(2_000, 0, 500, 0))));
        foreach (string name in (string[])["openai:scripted", "anthropic:scripted"])
        {
            using TemporaryFolder folder = new();
            ProviderSettings settings = new() { OpenAiBase = server.Url, AnthropicBase = server.Url };
            ModelProviders providers = new(settings, KeyRing.FromEnvironment(_ => null), PriceTable.Shipped, TimeProvider.System);
            using ProviderModel model = providers.Create(name);
            CrewMember member = new(new DiscreetModel(model, providers.Redactor), environment => new PromptOptions(environment, 24_000, 16_000));
            using ModelEngineer engineer = new(Crew.Parse(name, _ => member), RecordedEngineer.Parse("{\"plan\": \"none\", \"code\": \"9\"}"), Patience.None, TimeProvider.System);
            SqliteRunStore store = new(folder.Path, TimeProvider.System);
            await using OwnedRun owned = await store.CreateAsync("sample", CancellationToken.None);
            await new ScriptedLoop(store, engineer, TimeProvider.System).RunAsync(owned, new Budget(Nodes, 600));

            Dictionary<int, DateTimeOffset> started = [];
            List<double> turns = [];
            foreach (RecordedEvent recorded in (await store.ReadAsync(owned.Run, 0, int.MaxValue, CancellationToken.None)).Events)
            {
                if (recorded.Event is NodeStarted start)
                {
                    started[start.Node] = recorded.At;
                }
                else if (recorded.Event is NodeProposed proposed && proposed.Node > Warming)
                {
                    turns.Add((recorded.At - started[proposed.Node]).TotalMilliseconds);
                }
            }

            Report.Line($"a model's turn, {name.Split(':')[0]}", Report.Milliseconds(Report.Median(turns)), $"{turns.Count} nodes, p90 {Report.Milliseconds(Report.Quantile(turns, 0.9))}", "at most 20 ms");
        }
    }
}
