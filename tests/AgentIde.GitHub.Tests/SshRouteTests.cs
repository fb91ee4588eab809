namespace AgentIde.GitHub.Tests;

public sealed class SshRouteTests
{
    [Theory]
    [InlineData("git@github.com:ann/gems.git", "ssh://git@github.com/ann/gems.git")]
    [InlineData("ssh://git@git.example:2222/ann/gems", "ssh://git@git.example:2222/ann/gems.git")]
    [InlineData("org-1@github.com:ann/gems", "ssh://org-1@github.com/ann/gems.git")]
    [InlineData("https://github.com/ann/gems.git", null)]
    [InlineData("ssh://-oProxyCommand=touch@github.com/ann/gems", null)]
    [InlineData("git@-oProxyCommand=touch:ann/gems", null)]
    [InlineData("ssh://git@github.com/ann/gems/../../x", null)]
    [InlineData("ext::sh -c git@github.com:ann/gems", null)]
    public void An_address_is_built_anew_of_user_host_port_and_name(string address, string? built) =>
        (RepositoryName.RouteOfAddress(address) is { } route ? route.AddressOf(RepositoryName.OfAddress(address)!).AbsoluteUri : null).ShouldBe(built);
}
