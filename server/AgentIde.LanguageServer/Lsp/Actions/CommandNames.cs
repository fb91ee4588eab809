namespace AgentIde.LanguageServer.Lsp.Actions;

internal static class CommandNames
{
    public const string Start = "agentide.run.start";
    public const string Stop = "agentide.run.stop";
    public const string Pause = "agentide.run.pause";
    public const string Continue = "agentide.run.continue";
    public const string Step = "agentide.run.step";
    public const string Hint = "agentide.run.hint";
    public const string PullRequest = "agentide.run.pullRequest";
    public const string Apply = "agentide.node.apply";
    public const string Open = "agentide.node.open";
    public const string CreateTask = "agentide.task.create";
    public const string Branch = "agentide.node.branch";
    public const string Reject = "agentide.node.reject";
    public const string Restore = "agentide.node.restore";
    public const string Compare = "agentide.node.compare";
}
