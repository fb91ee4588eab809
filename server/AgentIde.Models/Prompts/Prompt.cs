using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Prompts;

/// <summary>What a model is asked, and by which wording.</summary>
/// <param name="Template">Name and edition of the template: <c>draft/1</c>.</param>
/// <param name="Version">Digest of all templates' texts: two prompts with the same one were worded alike.</param>
public sealed record Prompt(ModelRequest Request, string Template, Digest Version)
{
    /// <summary>The whole of it as one text, for the record.</summary>
    public string Text
    {
        get
        {
            StringBuilder text = new($"system:\n\n{Request.System}");
            foreach (ModelMessage message in Request.Messages)
            {
                text.Append("\n\n").Append(message.Role == ModelRole.User ? "user" : "assistant").Append(":\n\n").Append(message.Text);
            }

            return text.Append('\n').ToString();
        }
    }
}
