using AgentIde.Models.Commands;
using AgentIde.Testing;

namespace AgentIde.Models.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("python3 engineer.py", "python3|engineer.py")]
    [InlineData("  a\t b  ", "a|b")]
    [InlineData("a 'b c' \"d e\"", "a|b c|d e")]
    [InlineData("a b'c d'e\"f g\"", "a|bc def g")]
    [InlineData("a '' \"\"", "a||")]
    [InlineData("a b\\ c \\' \\\\", "a|b c|'|\\")]
    [InlineData("a \"\\\"q\\\" \\n \\\\\" '\\n'", "a|\"q\" \\n \\|\\n")]
    [InlineData("sh -c 'python3 e.py | tee log'", "sh|-c|python3 e.py | tee log")]
    [InlineData("a $HOME *", "a|$HOME|*")]
    public void Words_are_split_as_a_shell_splits_them(string text, string words) => string.Join('|', CommandLine.Parse(text).Words).ShouldBe(words);

    [Theory]
    [InlineData("", "names no program")]
    [InlineData("   ", "names no program")]
    [InlineData("'' a", "names no program")]
    [InlineData("a 'b", "the quote ' is not closed")]
    [InlineData("a \"b", "the quote \" is not closed")]
    [InlineData("a \\", "ends with a backslash")]
    public void What_is_no_command_is_told_so(string text, string problem) =>
        Should.Throw<FormatException>(() => CommandLine.Parse(text)).Message.ShouldContain(problem);

    [Fact]
    public void A_program_that_is_not_there_is_told_before_anything_starts()
    {
        using TemporaryFolder folder = new();
        folder.Write("engineer.py", "pass");
        Problem("no-such-program-anywhere").ShouldBe("there is no program 'no-such-program-anywhere' on the PATH: one in your folder is command:./no-such-program-anywhere");
        Problem("./other.py").ShouldBe($"there is no {folder["other.py"]}");
        Problem("./engineer.py").ShouldContain("is not executable: make it so with chmod +x, or name its interpreter, as in command:python3 ./engineer.py");

        string Problem(string command) =>
            Should.Throw<FormatException>(() => CommandEngineer.Create(command, folder.Path, text => text)).Message;
    }

    [Fact]
    public void People_see_the_program_and_its_file_and_no_other_argument()
    {
        using TemporaryFolder folder = new();
        folder.Write("engineer.py", "pass");
        CommandLine.Parse("python3 engineer.py --key sk-secret").Title(folder.Path).ShouldBe("python3 engineer.py");
    }
}
