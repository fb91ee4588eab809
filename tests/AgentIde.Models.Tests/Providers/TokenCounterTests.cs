using AgentIde.Models.Providers;

namespace AgentIde.Models.Tests.Providers;

public sealed class TokenCounterTests
{
    [Fact]
    public void OpenAIs_tokens_are_counted_as_OpenAI_counts_them() => TokenCounter.OpenAi.Of("The quick brown fox jumps over the lazy dog.").ShouldBe(10);

    [Fact]
    public void Anthropics_are_bounded_by_twice_that_and_never_by_more_than_the_bytes()
    {
        TokenCounter.Anthropic.Of("The quick brown fox jumps over the lazy dog.").ShouldBe(20);
        TokenCounter.Anthropic.Of("a b").ShouldBe(3);
    }

    [Theory]
    [InlineData("数据很小，所以线性模型就够了。")]
    [InlineData("Данных мало, так что хватит линейной модели.")]
    [InlineData("डेटा छोटा है, इसलिए रैखिक मॉडल पर्याप्त है।")]
    public void Anthropics_of_other_letters_are_bounded_by_the_bytes(string sentence)
    {
        string text = string.Concat(Enumerable.Repeat(sentence, 100));

        TokenCounter.Anthropic.Of(text).ShouldBe(System.Text.Encoding.UTF8.GetByteCount(text));
    }

    [Fact]
    public void Anthropics_of_a_few_such_letters_in_a_program_are_not()
    {
        string program = string.Concat(Enumerable.Repeat("frame['naïve'] = frame['price'].rolling(window=3).mean()  # one of them\n", 30));

        TokenCounter.Anthropic.Of(program).ShouldBeInRange(TokenCounter.OpenAi.Of(program), (TokenCounter.OpenAi.Of(program) * 2) + 30);
    }

    [Fact]
    public void Others_are_bounded_by_their_bytes() => TokenCounter.Bytes.Of("naïve").ShouldBe(6);

    [Fact]
    public void A_request_counts_its_messages_and_its_form()
    {
        ModelRequest request = Peer.Question;

        long plain = TokenCounter.OpenAi.Of(request);

        plain.ShouldBeGreaterThan(TokenCounter.OpenAi.TextOf(request));
        TokenCounter.OpenAi.Of(request with { Form = new AnswerForm("draft", [("plan", "Why.")]) }).ShouldBeGreaterThan(plain + 100);
    }

    [Theory]
    [InlineData('a')]
    [InlineData('=')]
    [InlineData('\uD83D')]
    public void A_word_without_an_end_is_counted_too(char letter) =>
        TokenCounter.OpenAi.Of(new string(letter, 50_000)).ShouldBeInRange(250, 150_000);
}
