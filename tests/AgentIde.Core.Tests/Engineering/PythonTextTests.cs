using AgentIde.Core.Engineering.BuiltIn;

namespace AgentIde.Core.Tests.Engineering;

public sealed class PythonTextTests
{
    [Theory]
    [InlineData("a \"q\" column", "a \"q\" column")]
    [InlineData("back\\slash", "back\\slash")]
    [InlineData("größe 大小", "größe 大小")]
    [InlineData("two\nlines\u001b[31m\u202e", "two?lines?[31m?")]
    public void A_comment_shows_what_can_be_printed_as_it_is(string name, string shown) => PythonText.Plain(name).ShouldBe(shown);

    [Fact]
    public void A_text_between_three_quotes_can_not_end_them() =>
        PythonText.Documentation("ends \"\"\" here\\", 100).ShouldBe("\"\"\"ends \\\"\\\"\\\" here\\\\\"\"\"");
}
