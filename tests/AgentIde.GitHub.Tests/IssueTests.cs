using AgentIde.Testing;

namespace AgentIde.GitHub.Tests;

public sealed class IssueTests
{
    [Theory]
    [InlineData("ann/gems#12", "ann/gems#12")]
    [InlineData("git.example/ann/gems#12", "git.example/ann/gems#12")]
    [InlineData("https://github.com/ann/gems/issues/12", "ann/gems#12")]
    [InlineData("https://git.example:8443/ann/gems/issues/12#issuecomment-3", "git.example:8443/ann/gems#12")]
    [InlineData("ann/gems#0", null)]
    [InlineData("ann/gems", null)]
    [InlineData("#12", null)]
    [InlineData("https://github.com/ann/gems/pull/12", null)]
    [InlineData("https://github.com/ann/../issues/12", null)]
    [InlineData("ann/ge ms#12", null)]
    [InlineData("-ann/gems#12", null)]
    [InlineData("ann/gems#12\nCloses bob/x#1", null)]
    public void A_name_or_an_address_names_an_issue(string text, string? name) => IssueName.Parse(text, null)?.ToString().ShouldBe(name);

    [Fact]
    public void A_name_without_a_server_is_on_the_one_that_a_person_named() =>
        IssueName.Parse("ann/gems#12", RepositoryName.Parse("git.example/bob/x"))!.ToString().ShouldBe("git.example/ann/gems#12");

    [Fact]
    public async Task An_issue_is_read_and_what_is_none_is_one_message()
    {
        await using GitHubOfTests github = await GitHubOfTests.StartAsync(null);
        int number = await github.AddIssueAsync(github.Owner, "Faster", "Please.\r\n<!-- hidden -->");
        IssuePage page = await ReadAsync(number, github.Token);
        (page.Title, page.Text, page.IsClosed).ShouldBe(("Faster", "Please.\r\n<!-- hidden -->", false));
        (await ReadAsync(number, null)).Title.ShouldBe("Faster");
        (await Should.ThrowAsync<GitHubException>(() => ReadAsync(99, github.Token))).Message.ShouldBe($"There is no issue {github.Name}#99, or the token may not see it.");
        (await Should.ThrowAsync<GitHubException>(() => ReadAsync(99, null))).Message.ShouldBe($"There is no issue {github.Name}#99, or nobody may see it without a token: set GH_ENTERPRISE_TOKEN.");

        Task<IssuePage> ReadAsync(int asked, string? token) =>
            IssuePage.ReadAsync(IssueName.Parse($"{github.Name}#{asked}", null)!, token is null ? null : new Token(token), TimeProvider.System, CancellationToken.None);
    }
}
