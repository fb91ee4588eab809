using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Commands;

namespace AgentIde.Models.Tests.Commands;

/// <summary>Real programs on real pipes that keep to the protocol.</summary>
public sealed class CommandEngineerTests
{
    [Fact]
    public async Task A_program_is_asked_one_line_and_its_answer_is_the_proposal()
    {
        await using ProgramFolder program = new("""
            node = ask()["node"]
            say(plan=f"for node {node}", code="a = 1\nb = 2\n", reasons=[dict(firstLine=1, lastLine=2, block="model", text="why not")], notes="mine")
            """);
        Proposal proposal = (await program.Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None)).ShouldNotBeNull();
        (proposal.Plan, proposal.Code, proposal.Notes).ShouldBe(("for node 3", "a = 1\nb = 2\n", "mine"));
        proposal.Reasons.ShouldBe([new Reason(1, 2, "model", "why not")]);
    }

    [Fact]
    public async Task A_request_holds_all_that_a_program_without_memory_needs()
    {
        await using ProgramFolder program = new("request = ask(); say(code='pass', notes=json.dumps(request))");
        string request = (await program.Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None))!.Notes!;
        using JsonDocument document = JsonDocument.Parse(request);
        JsonElement root = document.RootElement;
        root.EnumerateObject().Select(field => field.Name).ShouldBe(
            ["version", "type", "node", "operator", "task", "profile", "language", "limits", "parents", "nodes", "hint", "hints", "budget", "draws"]);
        root.GetProperty("task").GetRawText().ShouldBe(
            """{"id": "small", "title": "A small task", "description": "Predict `y`.", "metric": {"name": "rmse", "direction": "lower-is-better"}, "label": "y", "idColumn": "id", "targets": ["y"], "predicts": "values"}""");
        root.GetProperty("profile").GetProperty("columns")[0].GetProperty("name").GetString().ShouldBe("x");
        JsonElement parent = root.GetProperty("parents")[0];
        (parent.GetProperty("code").GetString(), parent.GetProperty("output").GetString(), parent.GetProperty("notes").GetString())
            .ShouldBe((SampleAssignment.Code, "score: 0.25\n", "{\"leaf\":4}"));
        root.GetProperty("nodes").GetArrayLength().ShouldBe(2);
        root.GetProperty("nodes")[1].GetProperty("failure").GetProperty("message").GetString().ShouldBe("KeyError: 'colour'");
        root.GetProperty("budget").GetRawText().ShouldBe("""{"secondsLeft": 597, "nodesLeft": 7}""");
        root.GetProperty("draws").EnumerateArray().Select(draw => draw.GetDouble()).ShouldBe(Draws(8));
    }

    [Fact]
    public async Task A_request_tells_what_people_said()
    {
        await using ProgramFolder program = new("request = ask(); say(code='pass', node=4, notes=json.dumps([request['hint'], request['hints'], request['nodes'][1]['rejected'], request['nodes'][0]['rejected']]))");
        Assignment assignment = SampleAssignment.Of();
        ImmutableArray<RunEvent> said = [new HintGiven("nvim", "Mind the outliers."), new BranchAsked(1, "nvim", "Größer 🌲"), new NodeRejected(2, "nvim", "It leaks."), new NodeStarted(4, Operator.Improve, [1], "asked", [], Asked: 1)];
        Journal journal = assignment.Journal.Apply(said.Select((@event, index) => new RecordedEvent(assignment.Journal.Seq + index + 1, DateTimeOffset.UnixEpoch, 1, @event)));
        (await program.Engineer.ProposeAsync(assignment with { Journal = journal, Node = 4 }, CancellationToken.None))!.Notes.ShouldBe("""["Gr\u00f6\u00dfer \ud83c\udf32", ["Mind the outliers."], {"why": "It leaks."}, null]""");
    }

    [Fact]
    public async Task A_request_has_the_score_and_never_the_claim()
    {
        await using ProgramFolder program = new("request = ask(); say(code='pass', notes=json.dumps([request['parents'], request['nodes']]))");
        string seen = (await program.Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None))!.Notes!;
        seen.ShouldContain("0.25");
        seen.ShouldNotMatch("claim|0[.]2[^5]");
    }

    [Fact]
    public async Task One_life_answers_for_all_nodes()
    {
        await using ProgramFolder program = new("for count in range(9): ask(); say(code=f'a = {count}')");
        for (int count = 0; count < 3; count++)
        {
            (await program.Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None))!.Code.ShouldBe($"a = {count}");
        }

        program.Lives.ShouldBe(1);
    }

    [Fact]
    public async Task Thoughts_are_heard_before_the_answer_without_their_keys()
    {
        await using ProgramFolder program = new("ask(); say(thought='first'); say(thought='the key is sk-secret'); say(done=True, why='all is tried')");
        (await program.Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None)).ShouldBeNull();
        program.Thoughts.ShouldBe([(3, "first"), (3, "the key is ***"), (3, "all is tried")]);
    }

    [Fact]
    public async Task Any_text_comes_through_whatever_the_locale_of_the_program()
    {
        await using ProgramFolder program = new("""
            request = ask()
            sys.stdout.buffer.write(json.dumps(dict(node=3, plan="naïve 🌲 日本", code=request["parents"][0]["code"]), ensure_ascii=False).encode() + b"\r\n"); sys.stdout.flush()
            """);
        Proposal proposal = (await program.Engineer.ProposeAsync(SampleAssignment.Of(description: "Größe\u2028🌲\0 </script>"), CancellationToken.None))!;
        (proposal.Plan, proposal.Code).ShouldBe(("naïve 🌲 日本", SampleAssignment.Code));
    }

    [Fact]
    public async Task Large_requests_and_large_answers_come_through()
    {
        await using ProgramFolder program = new("request = ask(); say(code='#' + 'x' * 8_000_000, notes=str(len(request['task']['description'])))");
        Proposal proposal = (await program.Engineer.ProposeAsync(SampleAssignment.Of(description: new string('é', 3_000_000)), CancellationToken.None))!;
        (proposal.Code.Length, proposal.Notes).ShouldBe((8_000_001, "3000000"));
    }

    [Fact]
    public async Task A_long_output_is_given_with_its_head_and_its_tail()
    {
        await using ProgramFolder program = new("request = ask(); say(code='pass', notes=request['parents'][0]['output'])");
        string output = (await program.Engineer.ProposeAsync(SampleAssignment.Of(output: "first" + new string('-', 1_000_000) + "last"), CancellationToken.None))!.Notes!;
        output.ShouldStartWith("first");
        output.ShouldContain("992,009 characters left out");
        output.ShouldEndWith("last");
        output.Length.ShouldBeLessThan(9_000);
    }

    [Fact]
    public async Task A_program_that_says_everything_before_it_reads_anything_is_heard()
    {
        await using ProgramFolder program = new("""
            for count in range(2_000): say(thought="x" * 1_000)
            ask(); say(code="pass")
            """);
        (await program.Engineer.ProposeAsync(SampleAssignment.Of(description: new string('d', 1_000_000)), CancellationToken.None))!.Code.ShouldBe("pass");
        program.Thoughts.Count.ShouldBe(2_000);
    }

    [Fact]
    public async Task It_runs_in_the_folder_and_the_environment_of_its_user()
    {
        await using ProgramFolder program = new("ask(); say(code='pass', plan=os.getcwd(), notes=json.dumps(sorted(os.environ)))");
        Proposal proposal = (await program.Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None))!;
        proposal.Plan.ShouldBe(Path.GetDirectoryName(program["engineer.py"]));
        string[] names = [.. JsonNode.Parse(proposal.Notes!)!.AsArray().Select(name => name!.GetValue<string>())];
        string[] own = [.. Environment.GetEnvironmentVariables().Keys.Cast<string>(), "LC_CTYPE"];
        names.Except(own).ShouldBeEmpty();
        names.ShouldContain("PATH");
    }

    [Fact]
    public async Task The_name_is_of_the_command_and_shows_nothing_of_it()
    {
        await using ProgramFolder one = new("pass"), other = new("pass");
        one.Engineer.Name.ShouldBe(other.Engineer.Name);
        one.Engineer.Name.ShouldMatch("^command/[0-9a-f]{8}$");
    }

    [Fact]
    public async Task A_greeting_tells_the_name_that_a_program_gives_itself()
    {
        await using ProgramFolder program = new("ask(); say(code='pass')");
        (await program.Engineer.GreetAsync(CancellationToken.None)).ShouldBe("a test");
        (await program.Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None))!.Code.ShouldBe("pass");
        program.Lives.ShouldBe(1);
    }

    private static IEnumerable<double> Draws(int count)
    {
        Core.Search.Draws draws = new(1, 3, "engineer");
        return Enumerable.Range(0, count).Select(_ => draws.NextDouble()).ToArray();
    }
}
