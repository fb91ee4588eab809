using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>What a provider refuses to the published product, and what a budget allows no more: told in one line, and gone on from.</summary>
public sealed class ModelRefusalTests
{
    [Fact]
    public async Task Four_at_once_never_ask_for_more_than_the_cap()
    {
        // A call is reserved at its prompt, counted by its bytes, and 4,000 tokens of answer: three and a half of the dearest fit.
        using TemporaryFolder folder = new();
        await using AnsweringServer model = new("diamonds");
        Ended ended = await Product.RunAsync(
            folder.Path, ModelRuns.Keys, "run", FewDiamonds.Create(folder["task"]), "--engineer", "openai:scripted", "--base-url", $"{model.Server.Url}", "--price", "openai:scripted=0,1000", "--max-output", "4000",
            "--cost", "14", "--nodes", "12", "--parallel", "4", "--time", "8m", "--json");
        using JsonDocument document = JsonDocument.Parse(ended.Output);
        JsonElement spending = document.RootElement.GetProperty("spending");
        spending.GetProperty("dollars").GetDecimal().ShouldBe(model.Server.Requests.Length * 1m);
        spending.GetProperty("dollars").GetDecimal().ShouldBeLessThanOrEqualTo(14);
        using JsonDocument journal = await ModelRuns.JournalAsync(folder, "last");
        journal.RootElement.GetProperty("choice").GetProperty("ending").GetString().ShouldBe("budget-spent");
    }

    [Theory]
    [InlineData(401, "invalid_api_key", "does not accept the key in AGENTIDE_API_KEY")]
    [InlineData(404, "model_not_found", "has no model scripted")]
    [InlineData(402, "insufficient_quota", "has no money left")]
    public async Task What_a_provider_refuses_ends_a_run_with_the_way_to_go_on(int status, string code, string says)
    {
        using TemporaryFolder folder = new();
        await using ModelServer.ScriptedServer refusing = ModelServer.ScriptedServer.Of(new ModelServer.CannedAnswer(Status: status, Error: "No.", Code: code));
        Ended ended = await Product.RunAsync(folder.Path, ModelRuns.Keys, "run", SmallTask.Create(folder["task"]), "--engineer", "openai:scripted", "--base-url", $"{refusing.Url}", "--nodes", "3", "--time", "2m");
        string[] told = ended.Errors.Trim().Split('\n');
        (ended.ExitCode, told.Length, refusing.Requests.Length).ShouldBe((4, 2, 1), ended.Errors);
        told[0].ShouldContain(says);
        told[1].ShouldStartWith($"small-1 stopped there: go on with: agentide run --resume small-1 --base-url {refusing.Url}");

        // Who looks later is told the same; whoever goes on and interrupts the run himself is not.
        (await Product.RunAsync(folder.Path, "show", "last")).Output.ShouldContain(says);
        Directory.GetFiles(Path.Combine(folder.Path, ".agentide", "runs", "small-1"), "failure.json").ShouldHaveSingleItem();
        await using AnsweringServer model = new("diamonds");
        Ended resumed = await Product.RunAsync(folder.Path, ModelRuns.Keys, "run", "--resume", "last", "--base-url", $"{model.Server.Url}");
        resumed.Errors.ShouldNotContain(says);
        Directory.GetFiles(Path.Combine(folder.Path, ".agentide", "runs", "small-1"), "failure.json").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_budget_that_nears_its_end_and_meets_it_is_told_in_the_terminal_the_report_and_the_journal()
    {
        // An answer is reserved at 4,000 tokens of a thousandth of a dollar and comes to 3,500: the sixth does not fit.
        using TemporaryFolder folder = new();
        int given = 0;
        await using ModelServer.ScriptedServer model = new(request => ModelServer.Protocols.Answer(request, new ModelServer.CannedAnswer(
            $"A line.\n\n```python\n{SmallTask.Solution(3, 2, Interlocked.Increment(ref given))}\n```\n", Usage: new ModelServer.CannedUsage(6_000, 0, 3_500, 0))));
        Ended ended = await Product.RunAsync(
            folder.Path, ModelRuns.Keys, "run", SmallTask.Create(folder["task"]), "--engineer", "openai:scripted", "--base-url", $"{model.Url}", "--price", "openai:scripted=0,1000", "--max-output", "4000",
            "--cost", "20", "--nodes", "12", "--time", "8m");
        (ended.ExitCode, model.Requests.Length).ShouldBe((0, 5), ended.Errors);
        string[] lines = ended.Output.Split('\n');
        const string refused = "the run may cost $20.00, of which $17.50 is spent, and the next call, to openai:scripted, may cost $4.00; --cost 21.5 would have let it go on.";
        lines.Where(line => line.StartsWith("budget ", StringComparison.Ordinal) && line.Contains(" % ", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldContain("87 % of the budget for models is spent: $17.50 of $20.00");
        lines.ShouldContain($"budget         {refused}");
        lines.ShouldContain($"finished       the budget for models allows no more: {refused}");

        string report = (await Product.RunAsync(folder.Path, "show", "last")).Output;
        report.ShouldContain("models      87 % of the budget for models is spent: $17.50 of $20.00");
        report.ShouldContain(refused);
        using JsonDocument json = JsonDocument.Parse((await Product.RunAsync(folder.Path, "show", "last", "--json")).Output);
        json.RootElement.GetProperty("spending").GetProperty("share").GetDouble().ShouldBe(0.875);
        using JsonDocument journal = await ModelRuns.JournalAsync(folder, "last");
        journal.RootElement.GetProperty("choice").GetProperty("ending").GetString().ShouldBe("budget-spent");
        journal.RootElement.GetProperty("refused").GetString().ShouldBe(refused);
        (await Product.RunAsync(folder.Path, "runs")).Output.ShouldContain("$17.50");
    }

    [Fact]
    public async Task A_key_that_is_refused_is_told_in_one_line_and_the_run_goes_on_with_another()
    {
        using TemporaryFolder folder = new();
        await using ModelServer.ScriptedServer refusing = ModelServer.ScriptedServer.Of(new ModelServer.CannedAnswer(Status: 401, Error: $"Incorrect API key provided: {ModelRuns.Key}", Code: "invalid_api_key"));
        Ended ended = await Product.RunAsync(folder.Path, ModelRuns.Keys, "run", FewDiamonds.Create(folder["task"]), "--engineer", "openai:scripted", "--base-url", $"{refusing.Url}", "--nodes", "1", "--time", "2m");
        ended.ExitCode.ShouldBe(4);
        ended.Errors.ShouldContain("AGENTIDE_API_KEY");
        (ended.Output + ended.Errors).ShouldNotContain(ModelRuns.Key);
        ModelRuns.NobodyKept(folder.Path, ModelRuns.Key);

        await using AnsweringServer model = new("diamonds");
        Ended astray = await Product.RunAsync(folder.Path, ModelRuns.Keys, "run", "--resume", "last");
        (astray.ExitCode, astray.Errors.Trim().Split('\n').Length).ShouldBe((2, 1), astray.Errors);
        astray.Errors.ShouldContain("OPENAI_API_KEY");
        Ended resumed = await Product.RunAsync(folder.Path, ModelRuns.Keys, "run", "--resume", "last", "--base-url", $"{model.Server.Url}", "--json");
        resumed.ExitCode.ShouldBe(0, resumed.Errors);
    }

    [Fact]
    public async Task A_run_that_goes_on_counts_and_asks_as_it_did_unless_its_user_says_otherwise()
    {
        using TemporaryFolder folder = new();
        await using ModelServer.ScriptedServer refusing = ModelServer.ScriptedServer.Of(new ModelServer.CannedAnswer(Status: 402, Error: "No money left", Code: "insufficient_quota"));
        await using AnsweringServer model = new("diamonds");
        string[] began = ["run", FewDiamonds.Create(folder["task"]), "--engineer", "openai:scripted", "--nodes", "1", "--time", "2m", "--cost", "2"];
        Ended ended = await Product.RunAsync(folder.Path, ModelRuns.Keys, [.. began, "--base-url", $"{refusing.Url}", "--price", "openai:scripted=1,10"]);
        ended.Errors.ShouldContain($"--base-url {refusing.Url} --price openai:scripted=1,10");

        // On this machine it would be free: the cap would count nothing.
        Ended unpriced = await Product.RunAsync(folder.Path, ModelRuns.Keys, "run", "--resume", "last", "--base-url", $"{model.Server.Url}");
        (unpriced.ExitCode, unpriced.Errors.Trim()).ShouldBe((2, "agentide: diamonds-1 counted openai:scripted at other prices than are known now: add --price openai:scripted=1,10, or what it costs now."));

        // A log that says where to ask is not obeyed, and neither is one forgotten.
        Ended elsewhere = await Product.RunAsync(folder.Path, ModelRuns.Keys.Add("OPENAI_BASE_URL", $"{model.Server.Url}"), "run", "--resume", "last", "--price", "openai:scripted=1,10");
        (elsewhere.ExitCode, elsewhere.Errors.Trim()).ShouldBe((2, $"agentide: diamonds-1 asked openai:scripted at {refusing.Url}, and this would ask at {model.Server.Url}: name the one that you mean with --base-url."));
        model.Server.Requests.ShouldBeEmpty();

        Ended resumed = await Product.RunAsync(folder.Path, ModelRuns.Keys, "run", "--resume", "last", "--base-url", $"{model.Server.Url}", "--price", "openai:scripted=1,10", "--json");
        using JsonDocument report = JsonDocument.Parse(resumed.Output);
        report.RootElement.GetProperty("spending").GetProperty("dollars").GetDecimal().ShouldBe(0.016m);
    }

    [Theory]
    [InlineData("The price of openai:scripted is not known, so it can't be held to a budget in dollars", "--engineer", "openai:scripted", "--base-url", "https://models.example/v1", "--cost", "1")]
    [InlineData("--price tells what openai:other costs, and openai:scripted does not ask it", "--engineer", "openai:scripted", "--base-url", "http://127.0.0.1:1/v1", "--price", "openai:other=1,2")]
    [InlineData("--samples asks a model for several answers, and builtin asks none", "--samples", "2")]
    [InlineData("--samples asks a model for several answers, and command:true asks none", "--engineer", "command:true", "--samples", "2")]
    [InlineData("--samples must be 1 to 16", "--engineer", "openai:scripted", "--base-url", "http://127.0.0.1:1/v1", "--samples", "17")]
    [InlineData("The least that would do is --cost 0.169 --node-cost 0.169, or less with --max-output.", "--engineer", "openai:scripted", "--base-url", "http://127.0.0.1:1/v1", "--price", "openai:scripted=1,10", "--node-cost", "0.01", "--cost", "0.05")]
    [InlineData("The least that would do is --node-tokens ", "--engineer", "debug=builtin,openai:scripted", "--base-url", "http://127.0.0.1:1/v1", "--node-tokens", "9k")]
    [InlineData("command:true asks no model at a provider", "--engineer", "command:true", "--price", "openai:other=1,2")]
    public async Task What_can_not_be_meant_is_told_before_there_is_a_run(string says, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        Ended ended = await Product.RunAsync(folder.Path, ModelRuns.Keys, ["run", Repository.PathOf("tasks", "diamonds"), .. arguments]);
        (ended.ExitCode, ended.Errors.Trim().Split('\n').Length).ShouldBe((2, 1), ended.Errors);
        ended.Errors.ShouldContain(says);
        Directory.Exists(Path.Combine(folder.Path, ".agentide", "runs", "diamonds-1")).ShouldBeFalse();
    }
}
