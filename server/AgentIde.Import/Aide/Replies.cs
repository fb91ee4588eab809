using System.Text;

namespace AgentIde.Import.Aide;

/// <summary>A plan and the code in fences behind it, as a model replies to AIDE.</summary>
internal static class Replies
{
    private const string Fence = "```";

    /// <summary>The text before the first block, and the blocks one after the other; null for code where there is none.</summary>
    public static (string Plan, string? Code) Read(string reply)
    {
        StringBuilder plan = new();
        StringBuilder code = new();
        bool inBlock = false, any = false;
        foreach (string line in reply.TrimEnd('\n').Split('\n'))
        {
            if (inBlock ? line.TrimEnd() == Fence : line.StartsWith(Fence, StringComparison.Ordinal))
            {
                code.Append(!inBlock && any ? "\n\n" : "");
                (inBlock, any) = (!inBlock, true);
            }
            else if (inBlock)
            {
                code.Append(line).Append('\n');
            }
            else if (!any)
            {
                plan.Append(line).Append('\n');
            }
        }

        return (plan.ToString().Trim(), string.IsNullOrWhiteSpace(code.ToString()) ? null : code.ToString());
    }
}
