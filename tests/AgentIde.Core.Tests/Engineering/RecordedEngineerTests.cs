using AgentIde.Core.Engineering;

namespace AgentIde.Core.Tests.Engineering;

public sealed class RecordedEngineerTests
{
    private const string Form = "a recording is one {\"plan\": \"…\", \"code\": \"…\"} a line.";

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("{\"code\":\"x\"}\nimport pandas", "line 2 is not JSON")]
    [InlineData("{\"code\":", "line 1 is not JSON")]
    [InlineData("[1]", "line 1 is not JSON")]
    [InlineData("{\"plan\":\"think\"}", "line 1 has no \"code\"")]
    public void A_file_that_is_no_recording_is_told_in_one_line(string text, string problem) =>
        Should.Throw<FormatException>(() => RecordedEngineer.Parse(text)).Message.ShouldBe($"{problem}: {Form}");
}
