namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>The documents that a node can be opened as, and no other: names never come from outside.</summary>
internal static class NodeDocuments
{
    public const string Solution = "solution.py";
    public const string Thought = "thought.md";
    public const string Output = "output.txt";
}
