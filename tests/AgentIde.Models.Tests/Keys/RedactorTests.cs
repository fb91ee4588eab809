using System.Text;
using System.Text.Json;
using AgentIde.Models.Keys;
using AgentIde.Models.Prices;
using AgentIde.Models.Providers;
using AgentIde.ModelServer;

namespace AgentIde.Models.Tests.Keys;

public sealed class RedactorTests
{
    private const string Value = "canary/Key+0123456789==\"x";
    private static readonly Redactor Redactor = new([new Secret(Value)]);

    public static TheoryData<string> Forms { get; } =
    [
        Value,
        Value.ToUpperInvariant(),
        Uri.EscapeDataString(Value),
        Uri.EscapeDataString(Value).ToLowerInvariant(),
        JsonEncodedText.Encode(Value).ToString(),
        Value.Replace("/", "\\/", StringComparison.Ordinal),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Value)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Value)).Replace('+', '-').Replace('/', '_'),
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_known_key_is_taken_out_in_each_of_its_forms(string form) =>
        Redactor.Clean($"before {form} after").ShouldBe("before *** after");

    [Theory]
    [InlineData("Bearer ")]
    [InlineData("user:")]
    [InlineData("x")]
    public void A_known_key_within_something_that_is_base64_is_taken_out_but_for_its_edges(string before)
    {
        string text = Redactor.Clean(Convert.ToBase64String(Encoding.UTF8.GetBytes(before + Value + ":rest")));

        text.ShouldContain("***");
        text.Length.ShouldBeLessThan(32);
    }

    [Theory]
    [InlineData("sk-proj-abcDEF_123-4567890")]
    [InlineData("sk-ant-api03-abcdefgh12345678-AA")]
    [InlineData("sk-abcd********************wxyz")]
    [InlineData("ghp_abcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("gho_abcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz")]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("xoxb-1234567890-abcdefghij")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEA and no end")]
    public void What_has_the_form_of_a_key_is_taken_out(string key) => Redactor.Clean($"was: {key}").ShouldBe("was: ***");

    [Fact]
    public void Whoever_is_named_in_an_address_is_taken_out_with_the_password() =>
        Redactor.Clean("see https://ada:pass%40word@example.com/v1 there").ShouldBe("see https://***@example.com/v1 there");

    [Theory]
    [InlineData("Authorization: Bearer 0123456789abcdef", "Authorization: Bearer ***")]
    [InlineData("{\"x-api-key\":\"0123456789abcdef\"}", "{\"x-api-key\":\"***\"}")]
    public void What_stands_in_a_header_for_keys_is_taken_out(string text, string clean) => Redactor.Clean(text).ShouldBe(clean);

    [Theory]
    [InlineData("EMPTY")]
    [InlineData("ollama")]
    [InlineData("none")]
    [InlineData("x")]
    [InlineData("lm-studio")]
    [InlineData("token-abc123")]
    [InlineData("not-required")]
    public async Task A_word_in_a_keys_place_is_sent_and_changes_no_program(string key)
    {
        string program = $"import numpy as np\nx = np.empty(3)\ny = None\nprint(x, '{key}')\n";
        await using var server = ScriptedServer.Of(new CannedAnswer(program));
        var providers = new ModelProviders(new ProviderSettings { OpenAiBase = server.Url }, KeyRing.FromEnvironment(name => name == KeyRing.OtherVariable ? key : null), PriceTable.Shipped, TimeProvider.System);
        using ProviderModel model = providers.Create("openai:scripted");

        ModelReply reply = await new DiscreetModel(model, providers.Redactor).AskAsync(Providers.Peer.Question, null, TestContext.Current.CancellationToken);

        reply.Text.ShouldBe(program);
        server.Requests.ShouldHaveSingleItem().Headers["authorization"].ShouldBe("Bearer " + key);
    }

    [Theory]
    [InlineData("hunter22")]
    [InlineData("correct-horse-battery")]
    public void A_key_that_somebody_chose_is_taken_out(string key) => new Redactor([new Secret(key)]).Clean($"was: {key}").ShouldBe("was: ***");

    [Theory]
    [InlineData("risk-based models ask-me; the mask-rcnn of task-1 at https://example.com:443/v1 costs 3:1")]
    [InlineData("model.fit(X, y)  # eyJust a comment, AKIA")]
    public void Everything_else_stays(string text) => Redactor.Clean(text).ShouldBe(text);
}
