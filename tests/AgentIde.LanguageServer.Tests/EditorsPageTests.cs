using System.Text.Json;
using System.Text.RegularExpressions;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

/// <summary>docs/EDITORS.md is what the author of another client reads: it names all that the server says and takes.</summary>
public sealed partial class EditorsPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("docs", "EDITORS.md"));

    [Fact]
    public async Task The_page_names_every_command_of_the_server_and_no_other()
    {
        await using Session session = Session.Unstarted();
        JsonElement capabilities = (await session.Editor.InitializeAsync(session.Root)).GetProperty("capabilities");
        string[] commands = [.. capabilities.GetProperty("executeCommandProvider").GetProperty("commands").EnumerateArray().Select(name => name.GetString()!)];
        string[] named = [.. CommandRow().Matches(Page).Select(match => match.Groups[1].Value)];
        named.Order().ShouldBe(commands.Order());
    }

    [Fact]
    public void The_page_names_every_method_that_the_server_knows_and_none_of_ours_besides()
    {
        string[] known =
        [
            .. Directory.EnumerateFiles(Repository.PathOf("server", "AgentIde.LanguageServer"), "*.cs", SearchOption.AllDirectories)
                .SelectMany(file => Method().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
                .Distinct(),
        ];
        known.Length.ShouldBeGreaterThan(15);
        known.Where(method => !Page.Contains($"`{method}`", StringComparison.Ordinal)).ShouldBeEmpty();
        OwnMethod().Matches(Page).Select(match => match.Groups[1].Value).Except(known).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(typeof(CommandArguments))]
    [InlineData(typeof(StartedResult))]
    [InlineData(typeof(OpenedResult))]
    [InlineData(typeof(DiagnosticData))]
    [InlineData(typeof(RunsResult))]
    [InlineData(typeof(RunView))]
    [InlineData(typeof(BestView))]
    [InlineData(typeof(NodeView))]
    [InlineData(typeof(RunChangedParams))]
    [InlineData(typeof(EventsParams))]
    [InlineData(typeof(EventsResult))]
    [InlineData(typeof(ChatParams))]
    [InlineData(typeof(ChatMessage))]
    [InlineData(typeof(ChatResult))]
    [InlineData(typeof(ChatPieceParams))]
    [InlineData(typeof(GitHubTokenParams))]
    [InlineData(typeof(GitHubTokenResult))]
    public void The_page_names_every_field_of_our_own_messages(Type message)
    {
        HashSet<string> named = [.. Code().Matches(Page).SelectMany(match => Word().Matches(match.Value).Select(word => word.Value))];
        message.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Where(field => !named.Contains(field)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"^\| `(agentide\.[\w.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex CommandRow();

    [GeneratedRegex(@"""((?:agentide|textDocument|workspace|window|\$)/\w[\w/]*)""")]
    private static partial Regex Method();

    [GeneratedRegex(@"`(agentide/\w+)`")]
    private static partial Regex OwnMethod();

    [GeneratedRegex(@"`[^`]+`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
