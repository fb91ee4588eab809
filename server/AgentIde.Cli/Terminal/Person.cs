namespace AgentIde.Cli.Terminal;

/// <summary>Who runs this program, for messages.</summary>
internal static class Person
{
    /// <summary>A user that the machine knows by number alone has no name.</summary>
    public static string Name => Environment.UserName is { Length: > 0 } name ? name : "this user";
}
