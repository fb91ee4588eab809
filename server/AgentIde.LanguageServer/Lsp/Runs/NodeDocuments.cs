using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>The documents that a node can be opened as, and no other: names never come from outside.</summary>
internal static class NodeDocuments
{
    public const string Thought = "thought.md";
    public const string Output = "output.txt";

    /// <summary>What a model was asked last.</summary>
    public const string Prompt = "prompt.md";

    /// <summary>What it answered.</summary>
    public const string Reply = "reply.md";

    /// <summary>What a pull request of the node would hold; not one of those that can be asked for by name.</summary>
    public const string PullRequest = "pull-request.md";

    /// <summary><c>solution.py</c> or <c>solution.cs</c>.</summary>
    public static string Solution(RunState run) => (run.Journal.Settings?.Language ?? ProgramLanguage.Python).FileName();
}
