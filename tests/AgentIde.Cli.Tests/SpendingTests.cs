using System.Text.Json;
using AgentIde.Cli.Commands;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;
using Spectre.Console;

namespace AgentIde.Cli.Tests;

/// <summary>What may be spent on models, as it is given, and what was, as it is shown.</summary>
public sealed class SpendingTests : IDisposable
{
    private static readonly Digest Prompt = Digest.Of("prompt"), Answer = Digest.Of("answer");

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteRunStore _store;

    public SpendingTests() => _store = new SqliteRunStore(_folder.Path, TimeProvider.System);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("--tokens", "many", "is not a number of tokens: write 200000, 200k or 2M.")]
    [InlineData("--tokens", "-5", "is not a number of tokens")]
    [InlineData("--node-tokens", "1.5", "is not a number of tokens")]
    [InlineData("--cost", "2€", "is not an amount of US dollars: write 2 or 0.50.")]
    [InlineData("--node-cost", "-1", "is not an amount of US dollars")]
    [InlineData("--day-cost", "1e99", "is not an amount of US dollars")]
    public async Task An_amount_that_is_none_is_named(string flag, string value, string why)
    {
        Ended ended = await Program.RunAsync(_folder.Path, "run", SmallTask.Create(_folder["task"]), flag, value);

        ended.ExitCode.ShouldBe(2);
        ended.Errors.Trim().ShouldStartWith($"agentide: {flag}: '{value}' {why}");
        ended.Errors.Trim().ShouldNotContain('\n');
        Directory.Exists(_folder[".agentide"]).ShouldBeFalse("no run was begun");
    }

    [Fact]
    public void What_is_given_takes_the_place_of_what_a_run_has()
    {
        Budget budget = new(20, 600, 1_000, 2m, 100, 0.5m, 10m);

        new SpendingCaps(null, null, null, null, null).On(budget).ShouldBe(budget);
        new SpendingCaps(2_000, null, null, 0.75m, null).On(budget).ShouldBe(new Budget(20, 600, 2_000, 2m, 100, 0.75m, 10m));
        new SpendingCaps(1, 2, 3, 4, 5).On(new Budget(20, 600)).ShouldBe(new Budget(20, 600, 1, 2, 3, 4, 5));
    }

    [Fact]
    public async Task What_was_spent_is_shown_by_model_with_claims_against_grades()
    {
        await using (await SpentAsync())
        {
        }

        Ended ended = await Program.RunAsync(_folder.Path, "show", "last");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Output.ShouldContain("models      $0.43, 9.2k tokens, 3 calls (1 under way, $0.010 and 200 tokens at most)");
        ended.Output.ShouldContain("  cheap     $0.030, 100 tokens in, 50 out, 2 calls, 0 nodes, 0 valid");
        ended.Output.ShouldContain("  strong    $0.40, 5k tokens in, 4k out, 1 call, 1 node, 1 valid; 1 of them claims a score, in the mean 0.001 better than graded");

        string node = (await Program.RunAsync(_folder.Path, "show", "last", "--node", "2")).Output;
        node.ShouldContain("call 2    cheap: 100 tokens in, 50 out, $0.030; no answer (too many requests)");
        node.ShouldContain("call 3    cheap: 100 tokens in, 100 out, $0.010; under way");

        using JsonDocument report = JsonDocument.Parse((await Program.RunAsync(_folder.Path, "show", "last", "--json")).Output);
        JsonElement spending = report.RootElement.GetProperty("spending");
        (spending.GetProperty("dollars").GetDecimal(), spending.GetProperty("mostDollars").GetDecimal(), spending.GetProperty("calls").GetInt32()).ShouldBe((0.43m, 0.44m, 3));
        JsonElement strong = spending.GetProperty("models")[1];
        (strong.GetProperty("model").GetString(), Math.Round(strong.GetProperty("overclaim").GetDouble(), 9), strong.GetProperty("usage").GetProperty("output").GetInt64()).ShouldBe(("strong", 0.001, 4_000));
    }

    [Fact]
    public async Task A_run_that_asked_no_model_says_nothing_of_models()
    {
        await using (ScriptedRun run = await ScriptedRun.StartAsync(_store))
        {
            await run.AddValidAsync(Operator.Draft, null, "a plan", "code", 0.1);
        }

        (await Program.RunAsync(_folder.Path, "show", "last")).Output.ShouldNotContain("models");
        using JsonDocument report = JsonDocument.Parse((await Program.RunAsync(_folder.Path, "show", "last", "--json")).Output);
        report.RootElement.GetProperty("spending").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void A_plain_view_tells_each_call_and_once_that_the_budget_nears_its_end()
    {
        StringWriter output = new();
        PlainView view = new(output);
        Journal journal = Journal.Empty;
        RunSettings settings = new(RunId.Parse("sample-1"), "task", "solution.py", "scripted/1", "aide", ProgramLanguage.Python, 1, 1, new Budget(20, 600, 200_000, 1m, null, 0.5m, 5m));
        Show(new RunStarted(settings, ((RunStarted)SampleRun.Event(1)).Task, new Core.Sandboxes.SandboxReport("scripted", "1", "none", [])));
        Show(new NodeStarted(1, Operator.Draft, [], "why", []));
        for (int call = 1; call <= 3; call++)
        {
            Show(Reserved(1, call, "m", 500, 500, 0.42m));
            Show(new CallEnded(1, call, Answer, null, null, "", new TokenUsage(400, 0, 100, 0), 0.41m, 2.5));
        }

        Show(new CallRefused(1, "The run may cost $1.00."));
        string text = output.ToString();
        text.ShouldContain("budget         at most $1.00 and 200k tokens on models; a node $0.50; all runs of a day $5.00");
        text.ShouldContain("call 1, m: 400 tokens in, 100 out, $0.41, 2.5 s");
        text.Split('\n').Where(line => line.Contains(" % of the budget")).ShouldHaveSingleItem().ShouldBe("budget         82 % of the budget for models is spent: $0.82 of $1.00, 1k of 200k tokens, 2 calls");
        text.ShouldContain("budget         The run may cost $1.00.");

        void Show(RunEvent @event)
        {
            RecordedEvent recorded = new(journal.Seq + 1, DateTimeOffset.UnixEpoch, 1, @event);
            journal = journal.Apply(recorded);
            view.Show(recorded, journal);
        }
    }

    [Fact]
    public async Task What_a_model_says_is_one_quiet_line_and_is_shown_with_its_call_until_that_has_ended()
    {
        ScriptedRun run = await SpentAsync();
        Words.Saying(run.Journal, 120).ShouldBeNull();
        await run.AppendAsync([new CallWritten(2, 3, "The price is\nskewed, so \u001b[31mlogs", "", 5_000)]);
        Words.Saying(run.Journal, 120).ShouldBe("node 2 · draft · cheap is thinking: The price is skewed, so \u001b[31mlogs (about 1.3k tokens so far)");
        StringWriter drawn = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(drawn) });
        console.Profile.Width = 160;
        console.Write(LiveView.Render(run.Journal, TimeSpan.FromSeconds(1), 160, 40));
        drawn.ToString().ShouldContain("│ node 2 · draft · cheap is thinking: The price is skewed, so ␛[31mlogs (about 1.3k tokens so far)");
        (await Program.RunAsync(_folder.Path, "show", "last", "--call", "3")).Output.ShouldContain("──── thinking so far, its end\nThe price is\nskewed, so ␛[31mlogs");
        await run.AppendAsync([new CallWritten(2, 3, "", "Guess low.", 5_010)]);
        Words.Saying(run.Journal, 120)!.ShouldStartWith("node 2 · draft · cheap is writing: Guess low.");
        await run.AppendAsync([new CallEnded(2, 3, Answer, null, null, "", new TokenUsage(1, 0, 1, 0), 0.01m, 1)]);
        Words.Saying(run.Journal, 120).ShouldBeNull();
        await run.DisposeAsync();
    }

    /// <summary>One node by a strong model, and one that a cheap one has not answered for yet.</summary>
    private async Task<ScriptedRun> SpentAsync()
    {
        ScriptedRun run = await ScriptedRun.StartAsync(_store);
        int first = await run.BeginAsync(Operator.Draft, null);
        await run.AppendAsync([Reserved(first, 1, "strong", 5_000, 8_000, 0.6m)], Blob.Of("prompt"));
        await run.AppendAsync([new CallEnded(first, 1, Answer, null, null, "", new TokenUsage(5_000, 0, 4_000, 3_000), 0.4m, 12.3)], Blob.Of("answer"));
        await run.AppendAsync([new NodeProposed(first, "a plan", Answer, [], null, null)]);
        await run.ExecuteAsync(first, "score: 0.1", 0.099);
        await run.ScoreAsync(first, 0.1, 0.0004, 0.099);
        int second = await run.BeginAsync(Operator.Draft, null);
        await run.AppendAsync([Reserved(second, 2, "cheap", 100, 100, 0.05m)]);
        await run.AppendAsync([new CallEnded(second, 2, null, null, CallProblem.Busy, "Too many requests.", new TokenUsage(100, 0, 50, 0), 0.03m, 0.2)]);
        await run.AppendAsync([Reserved(second, 3, "cheap", 100, 100, 0.01m)]);
        return run;
    }

    private static CallReserved Reserved(int node, int call, string model, long input, long output, decimal dollars) =>
        new(node, call, model, Prompt, new TokenUsage(input, 0, output, 0), dollars, new DateOnly(2026, 5, 1));
}
