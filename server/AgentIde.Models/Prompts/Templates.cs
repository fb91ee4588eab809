using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Prompts;

/// <summary>The wording of all prompts: files of this folder, built into the program.</summary>
internal static class Templates
{
    /// <summary>To be raised with each change of a file that changes what is asked; wording is told apart by <see cref="Version"/>.</summary>
    public const int Edition = 2;

    private const string Prefix = "prompts/";

    private static readonly ImmutableSortedDictionary<string, string> Files = Load();

    private static readonly ImmutableSortedDictionary<string, PromptTemplate> Parsed = Files
        .Where(file => file.Key.EndsWith(".md", StringComparison.Ordinal))
        .ToImmutableSortedDictionary(file => file.Key[..^3], file => PromptTemplate.Parse(file.Key, file.Value), StringComparer.Ordinal);

    /// <summary>Of the names and texts of all files.</summary>
    public static Digest Version { get; } = Digest.Of(string.Concat(Files.Select(file => $"{file.Key}\n{file.Value}\n")));

    public static IEnumerable<string> Names => Parsed.Keys;

    public static string Traps => Files["traps.txt"];

    public static PromptTemplate Of(string name) => Parsed[name];

    /// <summary>How a prompt's template is called in a record: <c>draft/2</c>.</summary>
    public static string Title(string name) => FormattableString.Invariant($"{name}/{Edition}");

    private static ImmutableSortedDictionary<string, string> Load()
    {
        ImmutableSortedDictionary<string, string>.Builder files = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (string name in typeof(Templates).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using Stream stream = typeof(Templates).Assembly.GetManifestResourceStream(name)!;
            using StreamReader reader = new(stream, Encoding.UTF8);
            files[name[Prefix.Length..]] = reader.ReadToEnd().ReplaceLineEndings("\n");
        }

        return files.ToImmutable();
    }
}
