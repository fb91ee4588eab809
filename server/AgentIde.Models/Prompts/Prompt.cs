using AgentIde.Core.Runs;

namespace AgentIde.Models.Prompts;

/// <summary>What a model is asked, and by which wording.</summary>
/// <param name="Template">Name and edition of the template: <c>draft/2</c>.</param>
/// <param name="Version">Digest of all templates' texts: two prompts with the same one were worded alike.</param>
public sealed record Prompt(ModelRequest Request, string Template, Digest Version);
