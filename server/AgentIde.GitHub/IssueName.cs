using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentIde.GitHub;

/// <summary>An issue of a repository.</summary>
public sealed partial record IssueName(RepositoryName Repository, int Number)
{
    /// <summary><c>OWNER/NAME#12</c>, with a host before it or without, or the address of its page; null where the text is neither.</summary>
    /// <param name="server">The server of a name without one; null for github.com.</param>
    public static IssueName? Parse(string text, RepositoryName? server)
    {
        Match match = Page().Match(text) is { Success: true } page ? page : Name().Match(text);
        if (!match.Success || !int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number == 0)
        {
            return null;
        }

        string host = match.Groups["host"] is { Success: true, Value: var named } ? $"{named}/" : server is null ? "" : $"{server.Host}/";
        return RepositoryName.Parse($"{host}{match.Groups["owner"].Value}/{match.Groups["name"].Value}") is { } repository ? new IssueName(repository, number) : null;
    }

    public override string ToString() => $"{Repository}#{Number}";

    [GeneratedRegex(@"\Ahttps?://(?<host>[^/\s?#]+)/(?<owner>[^/\s?#]+)/(?<name>[^/\s?#]+)/issues/(?<number>\d{1,9})(#\S*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Page();

    [GeneratedRegex(@"\A((?<host>[^/\s#]+)/)?(?<owner>[^/\s#]+)/(?<name>[^/\s#]+)#(?<number>\d{1,9})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
