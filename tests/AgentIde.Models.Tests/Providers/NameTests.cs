using AgentIde.Models.Providers;

namespace AgentIde.Models.Tests.Providers;

public sealed class NameTests
{
    [Theory]
    [InlineData("openai:gpt-5.1", "openai", "gpt-5.1")]
    [InlineData("openai:qwen3:8b", "openai", "qwen3:8b")]
    [InlineData("openai:meta-llama/llama-3.3-70b-instruct", "openai", "meta-llama/llama-3.3-70b-instruct")]
    [InlineData("anthropic:claude-opus-5", "anthropic", "claude-opus-5")]
    public void A_name_is_provider_and_model(string text, string provider, string model)
    {
        ModelName.Parse(text).ShouldBe(new ModelName(provider, model));
        ModelName.Parse(text).ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpt-5.1")]
    [InlineData("openai:")]
    [InlineData("mistral:large")]
    [InlineData("OPENAI:gpt")]
    [InlineData("openai:two words")]
    [InlineData("openai:line\nbreak")]
    public void What_is_no_name_is_answered_with_one(string text)
    {
        string message = Should.Throw<ArgumentException>(() => ModelName.Parse(text)).Message;

        message.ShouldContain("openai:gpt-5.1");
        message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("https://openrouter.ai/api/v1/", "https://openrouter.ai/api/v1")]
    [InlineData(" http://localhost:11434/v1", "http://localhost:11434/v1")]
    [InlineData("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1")]
    [InlineData("http://10.1.2.3/v1", "http://10.1.2.3/v1")]
    [InlineData("http://[fd00::7]:8000/v1", "http://[fd00::7]:8000/v1")]
    public void An_address_is_https_or_in_ones_own_network(string text, string address) =>
        BaseAddress.Parse("OPENAI_BASE_URL", text)?.AbsoluteUri.ShouldBe(address);

    [Theory]
    [InlineData("localhost:11434", "is no address")]
    [InlineData("ftp://example.com", "is no address")]
    [InlineData("/v1", "is no address")]
    [InlineData("http://example.com/v1", "use https for example.com")]
    [InlineData("http://8.8.8.8/v1", "use https for 8.8.8.8")]
    [InlineData("http://localhost.example.com/v1", "use https")]
    [InlineData("http://172.32.0.1/v1", "use https")]
    [InlineData("https://ada:secret@example.com/v1", "holds more than an address")]
    [InlineData("https://example.com/v1?key=secret", "holds more than an address")]
    public void An_address_that_is_none_or_not_safe_is_told_so(string text, string words)
    {
        string message = Should.Throw<ArgumentException>(() => BaseAddress.Parse("OPENAI_BASE_URL", text)).Message;

        message.ShouldStartWith("OPENAI_BASE_URL");
        message.ShouldContain(words);
        message.ShouldNotContain("secret");
    }

    [Fact]
    public void No_address_is_the_providers_own() => BaseAddress.Parse("OPENAI_BASE_URL", " ").ShouldBeNull();
}
