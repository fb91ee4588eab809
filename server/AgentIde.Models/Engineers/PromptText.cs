using System.Text;

namespace AgentIde.Models.Engineers;

/// <summary>A whole prompt as one text for the record, each part under its role.</summary>
internal static class PromptText
{
    internal static string Of(ModelRequest request)
    {
        StringBuilder text = new();
        Append("system", request.System);
        foreach (ModelMessage message in request.Messages)
        {
            Append(message.Role == ModelRole.User ? "user" : "assistant", message.Text);
        }

        return text.ToString();

        void Append(string role, string part) => text.Append("# ").Append(role).Append("\n\n").Append(part.TrimEnd()).Append("\n\n");
    }
}
