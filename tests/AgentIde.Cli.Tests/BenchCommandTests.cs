using System.Text.Json;
using AgentIde.Cli.Bench;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

public sealed class BenchCommandTests : IDisposable
{
    private static readonly GroupPlan Plan = new("/data", ["a", "b"], 2, ["builtin", "openai:gpt"], "aide", "Python", 3, 60, 1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_group_is_graded_into_a_report_and_that_is_reported()
    {
        _folder.Write("data/spaceship-titanic/prepared/private/test.csv", "PassengerId,Transported\n1_01,True\n2_01,False\n3_01,True\n");
        _folder.Write("good.csv", "PassengerId,Transported\n1_01,True\n2_01,False\n3_01,True\n");
        _folder.Write("list.jsonl", "{\"competition_id\": \"spaceship-titanic\", \"submission_path\": \"good.csv\"}\n# none\n{\"competition_id\": \"spaceship-titanic\", \"submission_path\": null}\n");
        Ended graded = await Program.RunAsync(_folder.Path, "bench", "grade", "list.jsonl", "--data", "data", "--output", "reports");
        graded.ExitCode.ShouldBe(0, graded.Errors);
        graded.Output.ShouldStartWith("spaceship-titanic  1  gold\nspaceship-titanic  no score: the run made no submission\n2 runs, 1 with a submission, 1 valid, 1 medals (1 gold, 0 silver, 0 bronze), 1 above the median\n");

        Ended reported = await Program.RunAsync(_folder.Path, "bench", "report", "reports", "--agent", "mine", "--against", "same=reports", "--output", "out", "--json");
        reported.ExitCode.ShouldBe(0, reported.Errors);
        JsonElement split = JsonDocument.Parse(reported.Output).RootElement.GetProperty("agents")[0].GetProperty("splits")[0];
        (split.GetProperty("split").GetString(), split.GetProperty("seeds").GetInt32(), split.GetProperty("isPadded").GetBoolean()).ShouldBe(("dev", 2, true));
        split.GetProperty("anyMedal").GetProperty("value").GetDouble().ShouldBe(50.0 / 7, 1e-9);
        (await File.ReadAllTextAsync(_folder["out", "report.md"])).ShouldContain("| spaceship-titanic | dev | 1 gold of 2 |");
    }

    [Fact]
    public async Task What_is_not_prepared_is_named_with_the_command_that_gets_it_before_anything_runs()
    {
        Ended run = await Program.RunAsync(_folder.Path, "bench", "run", "--data", "data", "--split", "low");
        run.ExitCode.ShouldBe(4);
        run.Errors.ShouldContain("22 of 22 competitions are not prepared");
        Directory.Exists(_folder["bench"]).ShouldBeFalse();
        Ended check = await Program.RunAsync(_folder.Path, "bench", "check", "--data", "data", "--competition", "spaceship-titanic");
        check.ExitCode.ShouldBe(4);
        check.Output.ShouldContain($"mlebench prepare -c spaceship-titanic --data-dir {_folder["data"]}    (accept the rules first: https://www.kaggle.com/c/spaceship-titanic/rules)");
        check.Output.ShouldContain("A group of 0 runs takes 0 h at most");
    }

    [Fact]
    public void A_group_is_owned_by_one_and_stays_what_it_is()
    {
        using (BenchGroup group = BenchGroup.Open(_folder["group"], Plan))
        {
            group.State.Slots.Select(slot => (slot.Seed, slot.Competition, slot.Engineer)).Take(5).ShouldBe([(1, "a", "builtin"), (1, "a", "openai:gpt"), (1, "b", "builtin"), (1, "b", "openai:gpt"), (2, "a", "builtin")]);
            group.Update(state => state.With(state.Slots[4] with { Run = "a-7" }));
            Should.Throw<CommandException>(() => BenchGroup.Open(_folder["group"], Plan)).Message.ShouldContain("Somebody runs the group");
        }

        using (BenchGroup again = BenchGroup.Open(_folder["group"], Plan))
        {
            again.State.Slots.Single(slot => slot.Run is not null).ShouldBe(new GroupSlot("builtin", "a", 2, null, "a-7", null));
        }

        Should.Throw<CommandException>(() => BenchGroup.Open(_folder["group"], Plan with { Policy = "mcts" })).Message.ShouldContain("its policy is \"aide\", not \"mcts\"");
        File.WriteAllText(_folder["group", "group.json"], "{");
        Should.Throw<CommandException>(() => BenchGroup.Open(_folder["group"], Plan)).Message.ShouldContain("is broken");
    }
}
