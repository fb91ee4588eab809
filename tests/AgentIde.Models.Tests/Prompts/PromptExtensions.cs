using AgentIde.Models.Engineers;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Tests.Prompts;

internal static class PromptExtensions
{
    /// <summary>The prompt as it is recorded.</summary>
    public static string Whole(this Prompt prompt) => PromptText.Of(prompt.Request);
}
