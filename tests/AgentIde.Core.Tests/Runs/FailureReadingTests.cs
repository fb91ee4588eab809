using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Tests.Runs;

public sealed class FailureReadingTests
{
    private static readonly ExecutionLimits Limits = ExecutionLimits.Default with { Time = TimeSpan.FromSeconds(90), MemoryBytes = 2L << 30 };

    [Fact]
    public void A_good_end_is_no_failure() => FailureReading.Of(Result(Ending.Exited, 0, "Traceback (most recent call last):\nKeyError: 'x'\n"), Limits).ShouldBeNull();

    [Fact]
    public void Names_the_error_and_the_last_line_of_the_candidates_own_file()
    {
        const string output = """
            fitting
            Traceback (most recent call last):
              File "/box/solution.py", line 12, in <module>
                main()
              File "/box/solution.py", line 7, in main
                frame["colour"]
              File "/usr/lib/python3/dist-packages/pandas/core/frame.py", line 3807, in __getitem__
                indexer = self.columns.get_loc(key)
            KeyError: 'colour'

            """;
        Failure failure = FailureReading.Of(Result(Ending.Exited, 1, output), Limits).ShouldNotBeNull();
        failure.Kind.ShouldBe(FailureKind.Exception);
        failure.Message.ShouldBe("KeyError: 'colour'");
        failure.Line.ShouldBe(7);
        failure.Traceback.ShouldNotBeNull().ShouldStartWith("Traceback");
    }

    [Fact]
    public void Finds_the_line_of_a_syntax_error()
    {
        const string output = "  File \"/box/solution.py\", line 3\n    if x\n        ^\nSyntaxError: expected ':'\n";
        Failure failure = FailureReading.Of(Result(Ending.Exited, 1, output), Limits).ShouldNotBeNull();
        (failure.Line, failure.Message).ShouldBe((3, "SyntaxError: expected ':'"));
    }

    [Fact]
    public void Takes_the_last_of_chained_tracebacks()
    {
        const string output = "Traceback (most recent call last):\n  File \"/box/solution.py\", line 2, in <module>\nKeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\n\n"
            + "Traceback (most recent call last):\n  File \"/box/solution.py\", line 4, in <module>\nValueError: b: c\n";
        Failure failure = FailureReading.Of(Result(Ending.Exited, 1, output), Limits).ShouldNotBeNull();
        (failure.Line, failure.Message).ShouldBe((4, "ValueError: b: c"));
    }

    [Theory]
    [InlineData(Ending.Exited, 3, FailureKind.Exit, "ended with exit code 3")]
    [InlineData(Ending.Signalled, null, FailureKind.Signal, "was killed by signal 9")]
    [InlineData(Ending.OutOfMemory, null, FailureKind.OutOfMemory, "ran out of memory (limit 2 GiB)")]
    [InlineData(Ending.TimeOut, null, FailureKind.TimeOut, "did not end within 90 s")]
    [InlineData(Ending.OutputFlood, null, FailureKind.OutputFlood, "wrote more than 1 GiB of output")]
    public void Says_how_it_ended(Ending ending, int? exitCode, FailureKind kind, string message)
    {
        Failure failure = FailureReading.Of(Result(ending, exitCode, ""), Limits).ShouldNotBeNull();
        (failure.Kind, failure.Message).ShouldBe((kind, message));
    }

    [Theory]
    [InlineData("fitting\nOut of memory.\n", FailureKind.OutOfMemory, "ran out of memory (limit 2 GiB, 1.5 GiB of it for .NET's heap)")]
    [InlineData("Stack overflow.\nRepeat 24075 times:\n--------------------------------\n   at Program.<<Main>$>g__Deep|0_0(Int32)\n", FailureKind.Signal, "ran out of stack: it calls itself too deeply")]
    [InlineData("printed: Out of memory. Or not.\n", FailureKind.Signal, "was killed by signal 6")]
    public void Says_for_what_dotnet_aborted_a_program(string output, FailureKind kind, string message)
    {
        Failure failure = FailureReading.Of(Result(Ending.Signalled, null, output) with { Signal = 6 }, Limits).ShouldNotBeNull();
        (failure.Kind, failure.Message).ShouldBe((kind, message));
    }

    [Theory]
    [InlineData("(1,1): error CS5001: Program does not contain a static 'Main' method\n", null, "CS5001: Program does not contain a static 'Main' method")]
    [InlineData("solution.cs(12,5): error CS0103: The name 'x' does not exist\n", 12, "CS0103: The name 'x' does not exist")]
    [InlineData("", null, "does not compile: the compiler broke over it (exited, exit code 1)")]
    public void Reads_errors_of_a_line_and_of_the_whole_program(string output, int? line, string message)
    {
        Failure failure = CompilerOutput.Read(Result(Ending.Exited, 1, output), output);
        (failure.Kind, failure.Line, failure.Message).ShouldBe((FailureKind.CompileError, line, message));
    }

    private static ExecutionResult Result(Ending ending, int? exitCode, string output) =>
        new(ending, exitCode, ending == Ending.Signalled ? 9 : null, false, 1, 1, 1, Encoding.UTF8.GetBytes(output), output.Length, []);
}
