using System.Text.RegularExpressions;
using AgentIde.Core.PullRequests;

namespace AgentIde.GitHub;

/// <summary>
/// A repository on a GitHub. Addresses come from a workspace's configuration, which may come from a stranger; all that is
/// taken of one is host, owner and name, each of a few characters, and the address that is used is built of them.
/// </summary>
public sealed partial record RepositoryName
{
    private const string GitHub = "github.com";

    private RepositoryName(string host, string owner, string name) => (Host, Owner, Name) = (host, owner, name);

    /// <summary>With its port where it has one.</summary>
    public string Host { get; }

    public string Owner { get; }

    public string Name { get; }

    /// <summary>Where it is pushed to and read from.</summary>
    public Uri Address => new($"{Server}{Owner}/{Name}.git");

    /// <summary>The server itself: HTTPS, and HTTP for one on this machine.</summary>
    public Uri Server => new Uri($"http://{Host}/") is { IsLoopback: true } near ? near : new Uri($"https://{Host}/");

    /// <summary>Whether it is on github.com: another server is only spoken to where a person named it.</summary>
    public bool IsOnGitHub => Host == GitHub;

    /// <summary>The variable of the environment that a token for its server is in, by the names of GitHub's own command line.</summary>
    public string TokenVariable => (IsOnGitHub ? TokenVariables.GitHub : TokenVariables.Enterprise)[0];

    /// <summary><c>OWNER/NAME</c>, with the host before it where that is not github.com; null where the text is none.</summary>
    public static RepositoryName? Parse(string text) => text.Split('/') switch
    {
        [var owner, var name] => Of(GitHub, owner, name),
        [var host, var owner, var name] => Of(host, owner, name),
        _ => null,
    };

    /// <summary>What a remote's address names, by HTTPS or SSH; null for any other, such as a path or one that starts a program.</summary>
    public static RepositoryName? OfAddress(string address)
    {
        Match match = Web().Match(address) is { Success: true } web ? web : Shell().Match(address);
        return match.Success ? Of(match.Groups["host"].Value, match.Groups["owner"].Value, match.Groups["name"].Value) : null;
    }

    /// <summary>The user, host and port of an address by SSH; null for any other address.</summary>
    public static SshRoute? RouteOfAddress(string address) =>
        !Web().IsMatch(address) && Shell().Match(address) is { Success: true } match && OfAddress(address) is { } repository && !repository.Host.Contains(':', StringComparison.Ordinal)
            ? new SshRoute(match.Groups["user"].Value, repository.Host, match.Groups["port"] is { Success: true, Value: var port } ? int.Parse(port, System.Globalization.CultureInfo.InvariantCulture) : null)
            : null;

    /// <summary>Whether both are the same repository, the port of the server aside: one by SSH has another.</summary>
    public bool IsSameButForPort(RepositoryName other) =>
        string.Equals(Host.Split(':')[0], other.Host.Split(':')[0], StringComparison.OrdinalIgnoreCase) && string.Equals(Owner, other.Owner, StringComparison.OrdinalIgnoreCase) && string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Host == GitHub ? $"{Owner}/{Name}" : $"{Host}/{Owner}/{Name}";

    private static RepositoryName? Of(string host, string owner, string name)
    {
        string bare = name.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
        return HostForm().IsMatch(host) && OwnerForm().IsMatch(owner) && NameForm().IsMatch(bare) && bare is not "." and not ".."
            ? new RepositoryName(host.ToLowerInvariant(), owner, bare)
            : null;
    }

    [GeneratedRegex(@"\A(https?|git)://([\w.:%+~-]*@)?(?<host>[^/@\s]+)/(?<owner>[^/\s]+)/(?<name>[^/\s]+?)/?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Web();

    [GeneratedRegex(@"\A(ssh://)?(?<user>[A-Za-z0-9_][A-Za-z0-9_.-]*)@(?<host>[A-Za-z0-9.-]+)(:(?<port>\d{1,5})/|:|/)/?(?<owner>[^/:\s]+)/(?<name>[^/:\s]+?)/?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shell();

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:[0-9]{1,5})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostForm();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnerForm();

    [GeneratedRegex(@"\A[A-Za-z0-9._][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
