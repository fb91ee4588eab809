using System.Collections.Immutable;

namespace AgentIde.Models.Providers;

/// <summary>A model as the user names it: <c>openai:gpt-5.1</c>.</summary>
public sealed record ModelName(string Provider, string Model)
{
    public const string OpenAi = "openai";
    public const string Anthropic = "anthropic";

    public static ImmutableArray<string> Known { get; } = [OpenAi, Anthropic];

    /// <exception cref="ArgumentException">It is no such name; one line with the way out.</exception>
    public static ModelName Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string provider = colon < 0 ? "" : text[..colon];
        string model = text[(colon + 1)..].Trim();
        if (!Known.Contains(provider) || model.Length is 0 or > 200 || model.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter)))
        {
            throw new ArgumentException($"A model is named by provider and model, such as openai:gpt-5.1 or anthropic:claude-opus-5; \"{Shown(text)}\" is not.");
        }
        return new ModelName(provider, model);
    }

    public override string ToString() => $"{Provider}:{Model}";

    private static string Shown(string text) => new([.. text.Take(80).Select(letter => char.IsControl(letter) ? '?' : letter)]);
}
