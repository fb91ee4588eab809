namespace AgentIde.LanguageServer.Tests;

/// <summary>The command of the scripted server that real editors start.</summary>
internal static class EditorHost
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "AgentIde.LanguageServer.Host.dll");

    /// <summary>Its runs are in its memory and follow a script.</summary>
    public static string[] Scripted { get; } = ["dotnet", Program];

    /// <summary>Its runs are in the workspace's store: a test owns them, and any number of editors sees them.</summary>
    public static string[] OnDisk { get; } = ["dotnet", Program, "--on-disk"];
}
