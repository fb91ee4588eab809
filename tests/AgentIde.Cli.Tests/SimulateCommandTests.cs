using System.Text.Json;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary><c>agentide simulate</c>, on the runs of a workspace and on a pool that was recorded elsewhere.</summary>
public sealed class SimulateCommandTests : IDisposable
{
    private static readonly string Recorded = Repository.PathOf("tests", "AgentIde.Core.Tests", "Simulation", "Recorded", "diamonds.json");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Runs_are_recorded_into_a_file_and_played_from_it()
    {
        await MakeRunAsync();
        Ended recorded = await SimulateAsync("--record", "pool.json");
        (recorded.ExitCode, recorded.Output).ShouldBe((0, "pool.json: 1 run with 4 nodes; 'agentide simulate pool.json' plays policies against them.\n"), recorded.Errors);
        (await SimulateAsync("diamonds-1", "--record", "pool.json")).Errors.ShouldBe("agentide: pool.json is there already: name another file.\n");

        using JsonDocument played = await PlayAsync("pool.json", "--policies", "best-of-n,aide", "--seeds", "20", "--time", "60s", "--workers", "2");
        using JsonDocument named = await PlayAsync("diamonds-1", "--policies", "best-of-n,aide", "--seeds", "20", "--time", "60s", "--workers", "2");
        JsonElement simulation = played.RootElement.GetProperty("simulation");
        simulation.GetRawText().ShouldBe(named.RootElement.GetProperty("simulation").GetRawText(), "the same runs and seeds");
        simulation.GetProperty("policies").EnumerateArray().Select(policy => policy.GetProperty("policy").GetString()).ShouldBe(["best-of-n", "aide"]);
        simulation.GetProperty("policies")[1].GetProperty("against").GetProperty("difference").GetDouble().ShouldBeGreaterThan(0, "improving was recorded to gain");
        simulation.GetProperty("thin").EnumerateArray().Select(thin => thin.GetString()).ShouldContain("diamonds: 1 run, so little is known of how another one would differ");
    }

    [Fact]
    public async Task A_pool_that_was_recorded_with_the_built_in_engineer_is_played_by_every_policy()
    {
        Ended ended = await SimulateAsync(Recorded, "--seeds", "25", "--time", "4m", "--redraws", "8");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        string[] lines = ended.Output.Split('\n');
        lines[0].ShouldMatch(@"^diamonds: 3 runs, \d+ of \d+ nodes with a score; best RMSLE 0\.08\d+, median draft 0\.\d+$");
        foreach (string policy in (string[])["aide-mlebench", "operators", "mcts", "best-of-n", "evolution"])
        {
            lines.ShouldContain(line => System.Text.RegularExpressions.Regex.IsMatch(line, $@"^\s*{policy} .* [+-]?\d\.\d\d\d \[[+-]?\d\.\d\d\d, [+-]?\d\.\d\d\d\] +\[.*\] +\d+ %"), $"{policy} in:\n{ended.Output}");
        }

        ended.Output.ShouldContain("thin        diamonds: ");
    }

    [Theory]
    [InlineData("There is no policy 'greedy': it is one of aide, aide-mlebench, operators, mcts, best-of-n, evolution.", "--policies", "aide,greedy")]
    [InlineData("--seeds must be 1 to 1000000.", "--seeds", "0")]
    [InlineData("'soon' is not a time: write 90s, 10m or 2h.", "--time", "soon")]
    [InlineData("There are no runs in", "diamonds-7")]
    [InlineData("There are no finished runs in")]
    [InlineData("broken.json can't be used: it is no pool of recorded runs (line 1)", "broken.json")]
    [InlineData("--seeds is for playing a pool, and --record writes one: leave one of them out.", "--record", "new.json", "--seeds", "5")]
    public async Task What_is_wrong_is_said_with_the_way_out(string message, params string[] arguments)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "broken.json"), "{\"runs\": 7}", TestContext.Current.CancellationToken);
        Ended ended = await SimulateAsync(arguments);
        (ended.ExitCode, ended.Output).ShouldBe((2, ""));
        ended.Errors.ShouldContain(message);
    }

    private Task<Ended> SimulateAsync(params string[] arguments) => Program.RunAsync(_folder.Path, ["simulate", .. arguments]);

    private async Task<JsonDocument> PlayAsync(params string[] arguments)
    {
        Ended ended = await SimulateAsync([.. arguments, "--json"]);
        ended.ExitCode.ShouldBe(0, ended.Errors);
        return JsonDocument.Parse(ended.Output);
    }

    private async Task MakeRunAsync()
    {
        using SqliteRunStore store = new(_folder.Path, TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store);
        await run.AppendAsync([new HoldoutMade(new SplitFacts(SplitKind.Random, "why", 10, 2, 5, Digest.Of("files")))]);
        await run.AddValidAsync(Operator.Draft, null, "Predict a constant.", "print(1)\n", 0.1);
        await run.AddValidAsync(Operator.Improve, 1, "Fit on a log.", "print(2)\n", 0.09);
        await run.AddValidAsync(Operator.Improve, 2, "Clip the tail.", "print(3)\n", 0.08);
        await run.FailAsync(await run.ProposeAsync(Operator.Draft, null, "Another.", "print(4)\n"), "KeyError: 'price'");
        await run.FinishAsync();
    }
}
