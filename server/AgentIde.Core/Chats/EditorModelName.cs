namespace AgentIde.Core.Chats;

/// <summary>How a model that an editor offers is named: <c>vscode</c> for whichever it prefers, or <c>vscode:MODEL</c>.</summary>
public static class EditorModelName
{
    public const string Any = "vscode";

    private const string Prefix = $"{Any}:";

    public static bool Is(string name) => name == Any || name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The editor's own name of it; null for whichever it prefers.</summary>
    public static string? ModelOf(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : null;
}
