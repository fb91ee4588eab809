namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>What can be done where a person's work stands where a node's code is to go.</summary>
internal static class Conflict
{
    public const string Diff = "diff";
    public const string Merge = "merge";
    public const string Before = "before";

    public const string DiffTitle = "Apply with diff";
    public const string MergeTitle = "Merge";
    public const string KeepTitle = "Keep mine";

    public static IReadOnlyList<string> Ways { get; } = [Diff, Merge, Before];
}
