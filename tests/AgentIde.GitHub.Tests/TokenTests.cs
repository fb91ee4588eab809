namespace AgentIde.GitHub.Tests;

public sealed class TokenTests
{
    [Theory]
    [InlineData("ghp_a1b2", null)]
    [InlineData(" ghp_a1b2\r\n", null)]
    [InlineData("", "is empty")]
    [InlineData(" \n", "is empty")]
    [InlineData("ghp_a1\nghp_b2", "has a line break in it")]
    [InlineData("ghp_a1\rghp_b2", "has a line break in it")]
    [InlineData("Bearer ghp_a1b2", "has a space in it")]
    [InlineData("ghp_a1\tb2", "has a space in it")]
    [InlineData("ghp_a1\u00A0b2", "has a space in it")]
    [InlineData("ghp_é", "has a character in it that no token has")]
    [InlineData("ghp_\u0001", "has a character in it that no token has")]
    public void What_can_be_no_token_is_refused_by_words_that_quote_nothing_of_it(string text, string? refusal)
    {
        Token.Refusal(text).ShouldBe(refusal);
        if (refusal is null)
        {
            new Token(text).ToString().ShouldBe("***");
        }
        else
        {
            Should.Throw<ArgumentException>(() => new Token(text)).Message.ShouldNotContain("ghp_");
        }
    }
}
