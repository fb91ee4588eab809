using System.Text.RegularExpressions;
using System.Xml.Linq;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary>The arrows between projects, and who may know which package: drawn wrong, they fail here.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new()
    {
        ["Core"] = ([], ["DiffPlex"]),
        ["MleBench"] = ([], []),
        ["Tasks"] = (["Core", "MleBench"], ["Sylvan.Data.Csv", "YamlDotNet"]),
        ["Bench"] = (["Core", "MleBench", "Tasks"], []),
        ["Storage"] = (["Core"], ["Microsoft.Data.Sqlite"]),
        ["Models"] = (["Core"], ["Microsoft.Extensions.AI.OpenAI", "Microsoft.ML.Tokenizers", "Microsoft.ML.Tokenizers.Data.O200kBase", "Polly.Core"]),
        ["Sandbox"] = (["Core"], ["Docker.DotNet"]),
        ["Node"] = (["Sandbox"], []),
        ["Import"] = (["Core"], []),
        ["GitHub"] = (["Core"], ["Octokit"]),
        ["LanguageServer"] = (["Core"], ["StreamJsonRpc"]),
        ["Cli"] = (["Bench", "Core", "GitHub", "Import", "LanguageServer", "MleBench", "Models", "Sandbox", "Storage", "Tasks"], ["Spectre.Console", "System.CommandLine"]),
    };

    [Fact]
    public void The_projects_are_those_of_the_table() =>
        Directory.GetDirectories(Repository.PathOf("server")).Select(folder => Path.GetFileName(folder)["AgentIde.".Length..]).Order()
            .ShouldBe(Allowed.Keys.Order());

    [Theory]
    [InlineData("Core")]
    [InlineData("MleBench")]
    [InlineData("Tasks")]
    [InlineData("Bench")]
    [InlineData("Storage")]
    [InlineData("Models")]
    [InlineData("Sandbox")]
    [InlineData("Node")]
    [InlineData("Import")]
    [InlineData("GitHub")]
    [InlineData("LanguageServer")]
    [InlineData("Cli")]
    public void A_project_refers_to_nothing_but_what_the_table_allows(string project)
    {
        XDocument file = XDocument.Load(Repository.PathOf("server", $"AgentIde.{project}", $"AgentIde.{project}.csproj"));
        Names(file, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)["AgentIde.".Length..]).Order()
            .ShouldBe(Allowed[project].Projects.Order());
        Names(file, "PackageReference").Order().ShouldBe(Allowed[project].Packages.Order());
    }

    [Fact]
    public void Only_the_language_server_knows_the_wire()
    {
        IEnumerable<string> strangers = Sources()
            .Where(file => !file.Contains("AgentIde.LanguageServer", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file).Contains("StreamJsonRpc", StringComparison.Ordinal));
        strangers.ShouldBeEmpty();
    }

    [Fact]
    public void A_namespace_is_a_folder_or_one_above_it()
    {
        IEnumerable<string> astray = Sources().Where(file =>
        {
            string folder = Path.GetRelativePath(Repository.PathOf("server"), Path.GetDirectoryName(file)!).Replace('/', '.');
            Match declared = Namespace().Match(File.ReadAllText(file));
            return declared.Success && !$"{folder}.".StartsWith($"{declared.Groups[1].Value}.", StringComparison.Ordinal);
        });
        astray.ShouldBeEmpty();
    }

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Repository.PathOf("server"), "*.cs", SearchOption.AllDirectories);

    private static IEnumerable<string> Names(XDocument project, string element) =>
        project.Descendants(element).Select(reference => reference.Attribute("Include")!.Value);

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
