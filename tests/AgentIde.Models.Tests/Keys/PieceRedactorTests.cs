using System.Text;
using AgentIde.Models.Keys;
using CsCheck;

namespace AgentIde.Models.Tests.Keys;

public sealed class PieceRedactorTests
{
    private const string Value = "canary/Key+0123456789==\"x";

    private static readonly Redactor Redactor = new([new Secret(Value)]);

    private static readonly string[] Words =
        [Value, Value.ToUpperInvariant(), Uri.EscapeDataString(Value), "sk-proj-abcDEF_123-4567890", "Authorization: Bearer 0123456789abcdef", "https://ada:password@example.com/v1", "a", "thought", "\n", "  ", "𝔘𝔫", "思考", "-----BEGIN", "api-key="];

    [Fact]
    public void Whatever_the_pieces_what_is_told_is_the_beginning_of_the_clean_text() =>
        Gen.Select(Gen.Int[0, Words.Length - 1].Select(word => Words[word]).Array[0, 200], Gen.Int[1, 40].Array[1, 20]).Sample((words, sizes) =>
        {
            string text = string.Join(' ', words);
            string told = Told(text, sizes);
            Redactor.Clean(text).ShouldStartWith(told);
            told.ShouldNotContain(Value, Case.Insensitive);
        });

    [Fact]
    public void Words_come_as_they_are_said_and_not_only_at_the_end()
    {
        string text = string.Join(' ', Enumerable.Range(0, 500).Select(word => $"word{word}"));
        string told = Told(text, [3]);
        text.ShouldStartWith(told);
        (text.Length - told.Length).ShouldBeLessThan(80);
    }

    [Fact]
    public void Words_of_a_language_without_spaces_come_too()
    {
        string text = string.Concat(Enumerable.Repeat("我先看看数据。𝔘", 3_000));
        string told = Told(text, [1]);
        text.ShouldStartWith(told);
        (text.Length - told.Length).ShouldBeLessThan(80);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5_000)]
    public void Nothing_of_a_private_key_is_told_however_long_it_is(int size)
    {
        string body = string.Join('\n', Enumerable.Range(0, 200).Select(line => $"MIIEowIBAAKCAQEA{line:D8}"));
        string told = Told($"Before it.\n-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n{string.Concat(Enumerable.Repeat("After it. ", 30))}", [size]);
        told.ShouldNotContain("MIIE");
        told.ShouldStartWith("Before it.");
        told.ShouldContain("After it. After it.");
    }

    [Fact]
    public void After_a_word_that_never_ends_nothing_is_told() => Told("so: " + new string('x', 100_000) + " and on", [50]).ShouldBe("so: ");

    private static string Told(string text, int[] sizes)
    {
        PieceRedactor redactor = new(Redactor);
        StringBuilder told = new();
        int at = 0;
        for (int piece = 0; at < text.Length; piece++)
        {
            int size = Math.Min(sizes[piece % sizes.Length], text.Length - at);
            told.Append(redactor.Push(text.Substring(at, size)));
            at += size;
        }

        return told.ToString();
    }
}
