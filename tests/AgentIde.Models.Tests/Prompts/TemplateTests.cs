using System.Text.RegularExpressions;
using AgentIde.Models.Prompts;
using AgentIde.Testing;

namespace AgentIde.Models.Tests.Prompts;

public sealed partial class TemplateTests
{
    [Fact]
    public void A_template_is_filled_in_one_pass() =>
        PromptTemplate.Parse("t", "{{a}} and {{b}}, {{a}}").Fill(("a", "{{b}}"), ("b", "x")).ShouldBe("{{b}} and x, {{b}}");

    [Fact]
    public void A_place_without_a_value_is_an_error() =>
        Should.Throw<ArgumentException>(() => PromptTemplate.Parse("t", "{{a}} {{b}}").Fill(("a", "1"))).Message.ShouldStartWith("t: {{b}} has no value.");

    [Fact]
    public void A_value_without_a_place_is_an_error() =>
        Should.Throw<ArgumentException>(() => PromptTemplate.Parse("t", "{{a}}").Fill(("a", "1"), ("c", "2"))).Message.ShouldStartWith("t has no {{c}}.");

    [Theory]
    [InlineData("{{a")]
    [InlineData("{{}}")]
    [InlineData("{{ a }}")]
    [InlineData("{{A}}")]
    public void What_is_no_place_is_an_error(string text) => Should.Throw<FormatException>(() => PromptTemplate.Parse("t", text)).Message.ShouldStartWith("t: \"{{");

    [Fact]
    public void Every_file_of_the_folder_is_built_in_and_says_something()
    {
        string[] files = [.. Directory.GetFiles(Repository.PathOf("server", "AgentIde.Models", "Prompts", "Templates"), "*.md").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

        Templates.Names.ShouldBe(files);
        files.ShouldAllBe(name => Templates.Of(name).Name == name + ".md");
        Templates.Title("draft").ShouldBe("draft/2");
    }

    [Theory]
    [InlineData("1.0.2", "takes `sparse=False`", "`sparse_output=False`")]
    [InlineData("1.2.1", "squared=False", "`eps`")]
    [InlineData("1.8.0", "use `root_mean_squared_error`", "squared=False")]
    public void Traps_are_those_of_the_version_that_is_there(string version, string told, string untold)
    {
        string traps = string.Join('\n', LibraryTraps.Of(new EnvironmentFacts("Python 3.11.2", [("scikit-learn", version)])));

        traps.ShouldContain(told);
        traps.ShouldNotContain(untold);
        traps.ShouldNotContain("lightgbm");
    }

    [Theory]
    [InlineData("Python 3.11.2 (numpy 1.24.2, pandas 1.5.3, no xgboost)", "Python 3.11.2", "numpy 1.24.2, pandas 1.5.3")]
    [InlineData("Python 3.12.0 (numpy 2.0.1) in sha256:0123456789ab", "Python 3.12.0", "numpy 2.0.1")]
    [InlineData("Python 3", "Python 3", "")]
    public void What_a_sandbox_reports_is_what_the_prompt_says_is_there(string report, string runtime, string libraries)
    {
        EnvironmentFacts facts = EnvironmentFacts.Of(report);

        facts.Runtime.ShouldBe(runtime);
        string.Join(", ", facts.Libraries.Select(library => $"{library.Name} {library.Version}")).ShouldBe(libraries);
    }

    [Fact]
    public void The_libraries_of_csharp_have_the_versions_that_are_built_in()
    {
        string packages = File.ReadAllText(Repository.PathOf("Directory.Packages.props"));

        EnvironmentFacts.DotnetMl.Libraries.Length.ShouldBe(Used().Count(File.ReadAllText(Repository.PathOf("sandboxes", "dotnet-ml", "dotnet-ml.csproj"))));
        EnvironmentFacts.DotnetMl.Libraries.ShouldAllBe(library => packages.Contains($"Include=\"{library.Name}\" Version=\"{library.Version}\"", StringComparison.Ordinal));
    }

    [GeneratedRegex("Include=\"Microsoft\\.ML")]
    private static partial Regex Used();
}
