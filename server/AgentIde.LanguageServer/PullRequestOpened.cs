namespace AgentIde.LanguageServer;

/// <summary>A pull request as it stands at GitHub.</summary>
/// <param name="State"><c>created</c>, <c>updated</c> or <c>unchanged</c>.</param>
/// <param name="Base">The branch that it is to be merged into.</param>
public sealed record PullRequestOpened(string State, int Number, Uri Address, string Base);
