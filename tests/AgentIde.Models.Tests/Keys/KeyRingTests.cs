using AgentIde.Models.Keys;
using AgentIde.Models.Prices;
using AgentIde.Models.Providers;

namespace AgentIde.Models.Tests.Keys;

public sealed class KeyRingTests
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["OPENAI_API_KEY"] = "key-of-openai",
        ["ANTHROPIC_API_KEY"] = "key-of-anthropic",
        ["AGENTIDE_API_KEY"] = "key-of-another",
    };

    [Theory]
    [InlineData("https://api.openai.com/v1", "key-of-openai")]
    [InlineData("https://API.OpenAI.com:443/elsewhere", "key-of-openai")]
    [InlineData("https://api.anthropic.com", "key-of-anthropic")]
    [InlineData("https://api.openai.com:8443/v1", "key-of-another")]
    [InlineData("http://api.openai.com/v1", "key-of-another")]
    [InlineData("https://api.openai.com.evil.example/v1", "key-of-another")]
    [InlineData("https://evil.example/api.openai.com", "key-of-another")]
    [InlineData("https://openrouter.ai/api/v1", "key-of-another")]
    public void A_key_is_given_to_its_own_origin(string address, string key) =>
        Ring().For(Origin.Of(new Uri(address)))?.Reveal().ShouldBe(key);

    [Fact]
    public void The_key_for_others_is_given_to_one_of_them()
    {
        KeyRing ring = Ring();
        var first = Origin.Of(new Uri("https://openrouter.ai/api/v1"));

        ring.For(first).ShouldNotBeNull();
        ring.For(Origin.Of(new Uri("https://example.com/v1"))).ShouldBeNull();
        ring.For(first).ShouldNotBeNull();
    }

    [Fact]
    public void A_secret_shows_itself_to_nobody()
    {
        var secret = new Secret("canary-0123456789");

        $"{secret} {string.Concat(secret)}".ShouldBe("*** ***");
        typeof(Secret).GetProperties().ShouldBeEmpty();
        typeof(Secret).GetFields().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    [InlineData("schlüssel")]
    public void What_can_be_no_key_is_told_by_its_variable_and_not_quoted(string value)
    {
        KeyRing keys = KeyRing.FromEnvironment(name => name == "OPENAI_API_KEY" ? value : null);
        string message = Should.Throw<ArgumentException>(() => keys.For(Origin.Of(new Uri("https://api.openai.com/v1")))).Message;

        message.ShouldStartWith("OPENAI_API_KEY does not hold a key.");
        message.ShouldNotContain(value);

        // Whoever asks elsewhere has nothing to do with it.
        keys.For(Origin.Of(new Uri("https://api.anthropic.com"))).ShouldBeNull();
        keys.For(Origin.Of(new Uri("http://localhost:8000/v1"))).ShouldBeNull();
    }

    [Theory]
    [InlineData("openai:gpt-5.1", null, "openai:gpt-5.1 needs a key for https://api.openai.com: set OPENAI_API_KEY.")]
    [InlineData("anthropic:claude-opus-5", null, "anthropic:claude-opus-5 needs a key for https://api.anthropic.com: set ANTHROPIC_API_KEY.")]
    [InlineData("openai:qwen3", "https://openrouter.ai/api/v1", "openai:qwen3 needs a key for https://openrouter.ai: set AGENTIDE_API_KEY.")]
    public void Without_a_key_a_model_says_which_variable_to_set(string name, string? address, string message)
    {
        var providers = new ModelProviders(
            new ProviderSettings { OpenAiBase = address is null ? null : new Uri(address) }, KeyRing.FromEnvironment(_ => null), PriceTable.Shipped, TimeProvider.System);

        Should.Throw<ArgumentException>(() => providers.Create(name)).Message.ShouldBe(message);
    }

    [Fact]
    public void A_second_server_that_wants_the_key_of_the_first_is_told_who_has_it()
    {
        var providers = new ModelProviders(
            new ProviderSettings { OpenAiBase = new Uri("http://localhost:11434/v1"), AnthropicBase = new Uri("https://gateway.example/v1") },
            KeyRing.FromEnvironment(Environment.GetValueOrDefault), PriceTable.Shipped, TimeProvider.System);
        using ProviderModel first = providers.Create("openai:qwen3");

        Should.Throw<ArgumentException>(() => providers.Create("anthropic:claude-opus-5")).Message.ShouldBe(
            "anthropic:claude-opus-5 needs a key for https://gateway.example, and AGENTIDE_API_KEY went to http://localhost:11434: it is for one server, so ask the two in runs of their own.");
    }

    [Theory]
    [InlineData("http://localhost:11434/v1")]
    [InlineData("http://[::1]:8000/v1")]
    [InlineData("http://192.168.1.7:8000/v1")]
    public void A_server_of_ones_own_needs_no_key(string address)
    {
        var providers = new ModelProviders(
            new ProviderSettings { OpenAiBase = BaseAddress.Parse("--base-url", address) }, KeyRing.FromEnvironment(_ => null), PriceTable.Shipped, TimeProvider.System);

        using ProviderModel model = providers.Create("openai:qwen3");

        model.Name.ShouldBe("openai:qwen3");
        (model.Price?.Output).ShouldBe(address.Contains("192", StringComparison.Ordinal) ? null : 0);
    }

    private static KeyRing Ring() => KeyRing.FromEnvironment(Environment.GetValueOrDefault);
}
