using System.Diagnostics;
using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Models.Commands;

namespace AgentIde.Models.Tests.Commands;

/// <summary>Real programs that die, hang, flood and babble: each ends in an answer or in one clear message.</summary>
public sealed class BrokenProgramTests
{
    [Fact]
    public async Task A_program_that_dies_once_is_started_again_and_asked_again()
    {
        await using ProgramFolder program = new("""
            ask()
            if started == 1: os.abort()
            say(code="pass")
            """);
        (await program.Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None))!.Code.ShouldBe("pass");
        program.Lives.ShouldBe(2);
    }

    [Fact]
    public async Task A_program_that_dies_twice_is_told_with_its_last_lines()
    {
        await using ProgramFolder program = new("""
            ask()
            print("noise\n" * 5_000 + "the key is sk-secret\nValueError: no such column", file=sys.stderr)
            sys.exit(7)
            """);
        string message = await program.FailAsync();
        message.ShouldContain("/usr/bin/python3 engineer.py was started twice and ended each time before it answered for node 3: exit code 7; it last wrote to standard error: ");
        message.ShouldEndWith("noise / the key is *** / ValueError: no such column");
        program.Lives.ShouldBe(2);
    }

    [Fact]
    public async Task A_program_that_ends_after_each_answer_is_started_for_each_node()
    {
        await using ProgramFolder program = new("ask(); say(code=f'a = {started}')");
        for (int life = 1; life <= 3; life++)
        {
            (await program.Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None))!.Code.ShouldBe($"a = {life}");
        }
    }

    [Fact]
    public async Task A_program_that_dies_before_its_greeting_is_told_so()
    {
        await using ProgramFolder program = new("import nonexistent", greets: false);
        EngineerException problem = await Should.ThrowAsync<EngineerException>(() => program.Engineer.GreetAsync(CancellationToken.None));
        problem.Message.ShouldContain("before it answered the greeting: exit code 1");
        problem.Message.ShouldEndWith("ModuleNotFoundError: No module named 'nonexistent'");
    }

    [Fact]
    public async Task A_program_that_closes_its_output_is_told_so() =>
        (await new ProgramFolder("ask(); os.close(1); sys.stdin.read()").FailAndDisposeAsync()).ShouldContain("it closed its standard output");

    [Fact]
    public async Task An_answer_cut_in_the_middle_of_its_line_is_no_answer() =>
        (await new ProgramFolder("ask(); sys.stdout.write('{\"code\": \"pa')").FailAndDisposeAsync()).ShouldContain("ended each time before it answered for node 3: exit code 0");

    [Fact]
    public async Task A_flood_on_standard_error_blocks_nobody()
    {
        await using ProgramFolder program = new("""
            ask()
            for count in range(200): sys.stderr.write("e" * 100_000)
            say(code="pass")
            """);
        (await program.Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None))!.Code.ShouldBe("pass");
    }

    [Fact]
    public async Task A_cancellation_ends_a_program_that_hangs_and_all_that_it_started()
    {
        await using ProgramFolder program = new("""
            ask()
            child = subprocess.Popen(["sleep", "1000"])
            say(thought=f"{os.getpid()} {child.pid}")
            while True: time.sleep(1000)
            """);
        using CancellationTokenSource cancelling = new();
        Task proposing = program.Engineer.ProposeAsync(SampleAssignment.Of(), cancelling.Token);
        await program.WaitForThoughtAsync();
        await cancelling.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(proposing);
        int[] processes = [.. program.Thoughts[0].Thought.Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

        // What is killed needs a moment to die.
        SpinWait.SpinUntil(() => !processes.Any(IsAlive), TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_program_that_was_cancelled_is_started_anew_and_its_old_answer_never_counts()
    {
        await using ProgramFolder program = new("""
            ask()
            if started == 1: say(thought="begun"); sys.stdin.read()
            say(code=f"a = {started}")
            """);
        using CancellationTokenSource cancelling = new();
        Task proposing = program.Engineer.ProposeAsync(SampleAssignment.Of(), cancelling.Token);
        await program.WaitForThoughtAsync();
        await cancelling.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(proposing);
        (await program.Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None))!.Code.ShouldBe("a = 2");
    }

    [Fact]
    public async Task A_child_that_left_the_group_and_keeps_the_pipes_holds_nothing_up()
    {
        await using ProgramFolder program = new("""
            ask()
            child = subprocess.Popen(["setsid", "sleep", "1000"])
            while os.getsid(child.pid) == os.getsid(0): pass
            with open("children", "a") as file: print(child.pid, file=file)
            sys.exit(3)
            """);
        (await program.FailAsync()).ShouldContain("exit code 3");
        foreach (string id in await File.ReadAllLinesAsync(program["children"]))
        {
            using Process child = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
            child.Kill();
        }
    }

    [Theory]
    [InlineData("print('Loading data …', flush=True)", "wrote a line that is not of the protocol (it is not a JSON object): \"Loading data …\". Standard output is for answers; print all else to standard error.")]
    [InlineData("print('[1, 2]', flush=True)", "(it is not a JSON object)")]
    [InlineData("print('null', flush=True)", "(it is null)")]
    [InlineData("say(code=5)", "($.code is not what the protocol has there)")]
    [InlineData("sys.stdout.buffer.write(b'{\"code\": \"\\xff\\xfe\"}\\n'); sys.stdout.flush()", "is not of the protocol")]
    [InlineData("print('{\"code\": \"\\\\ud800\"}', flush=True)", "is not of the protocol")]
    [InlineData("print('[' * 100_000, flush=True)", "is not of the protocol")]
    [InlineData("print('\\x1b]0;title\\x07 sk-secret', flush=True)", "]0;title  ***\"")]
    [InlineData("print('x' * 17_000_000, flush=True)", "wrote a line of more than 16 MB")]
    [InlineData("say(plan='only a plan')", "gave no answer for node 3 that can be used: it has no \"code\", no \"done\" and no \"error\".")]
    [InlineData("say(code='  ')", "it has no \"code\"")]
    [InlineData("say(code='a\\nb\\n', reasons=[dict(firstLine=2, lastLine=3, block='b', text='t')])", "a reason stands at lines 2 to 3, and the code has lines 1 to 2.")]
    [InlineData("say(code='a', reasons=[dict(firstLine=1)])", "is not of the protocol")]
    [InlineData("say(code='a', reasons=[None])", "one of its reasons is null")]
    [InlineData("say(code='a', node=2)", "it is for node 2, and node 3 was asked for.")]
    [InlineData("say(code='a', reasons=[dict(firstLine=1, lastLine=1, block='b', text='t' * 1_000)])", "a reason is longer than 1,000 characters")]
    [InlineData("say(code='a', notes='n' * 1_000_001)", "its notes are longer than 1,000,000 characters")]
    [InlineData("say(code='a', node=None)", "it does not say for which node it is: add \"node\": 3.")]
    [InlineData("say(done=True, node=4)", "it is for node 4, and node 3 was asked for.")]
    [InlineData("say(code='a', plan='p' * 20_000)", "its plan is longer than 10,000 characters")]
    [InlineData("say(error='no credit\\nfor sk-secret')", "The engineer /usr/bin/python3 engineer.py reports: no credit for ***")]
    public async Task What_is_no_answer_is_told_in_one_line(string body, string expected) =>
        (await new ProgramFolder($"ask(); {body}; sys.stdin.read()").FailAndDisposeAsync()).ShouldContain(expected);

    [Fact]
    public async Task A_second_answer_to_one_request_is_not_taken_for_the_next()
    {
        await using ProgramFolder program = new("""
            ask(); say(code="a"); say(node=2, code="b")
            sys.stdin.read()
            """);
        (await program.Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None))!.Code.ShouldBe("a");
        (await program.FailAsync()).ShouldContain("it is for node 2, and node 3 was asked for.");
    }

    [Fact]
    public async Task A_program_of_another_version_is_told_so() =>
        (await new ProgramFolder("ask(); say(version=2); sys.stdin.read()", greets: false).FailAndDisposeAsync()).ShouldContain("speaks version 2 of the protocol, and this is version 1");

    private static bool IsAlive(int process)
    {
        string status = $"/proc/{process}/stat";
        try
        {
            // A zombie is dead; whoever adopted it takes its time to bury it.
            return File.ReadAllText(status).Split(") ")[^1][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
