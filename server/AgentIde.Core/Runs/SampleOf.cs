namespace AgentIde.Core.Runs;

/// <summary>
/// Where a node's program comes from that is another answer to the prompt of an earlier node: it was asked for, and paid,
/// there. Nodes that come from one node's samples, and that node, are answers to the very same prompt.
/// </summary>
/// <param name="Node">For which the model was asked.</param>
/// <param name="Call">Whose answer it is.</param>
public sealed record SampleOf(int Node, int Call);
