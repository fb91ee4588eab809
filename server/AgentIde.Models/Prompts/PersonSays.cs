using System.Globalization;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Prompts;

/// <summary>
/// What people said of the run, as a prompt tells it: what they want of this node foremost, then what is to be borne in
/// mind, newest first, then what they rejected. It is the user who speaks, so it stands outside of marked data; each line
/// is quoted, so that none of it passes for a heading of the prompt's own.
/// </summary>
internal sealed class PersonSays(Journal journal, int node)
{
    /// <summary>Empty where nobody said anything.</summary>
    public string Text(int bytes)
    {
        List<string> parts = [];
        if (journal.Has(node) && journal[node].Wish is { } wish)
        {
            parts.Add($"They asked for this node, to try this, now:\n\n{Quoted(wish)}");
        }

        if (!journal.Hints.IsEmpty)
        {
            parts.Add($"To be borne in mind, newest first:\n\n{string.Join("\n\n", journal.Hints.Reverse().Select(hint => Quoted(hint.Text)))}");
        }

        Node[] rejected = [.. journal.Nodes.Where(other => other.Rejected is not null && other.Id != node)];
        if (rejected.Length > 0)
        {
            parts.Add($"They rejected these nodes and want nothing more like them:\n\n{string.Join('\n', rejected.Reverse().Select(Line))}");
        }

        return parts.Count == 0 ? "" : Templates.Of("person").Fill(("said", TextCut.End(string.Join("\n\n", parts), bytes)));
    }

    private static string Line(Node rejected) =>
        string.Create(CultureInfo.InvariantCulture, $"- node {rejected.Id}{(rejected.Rejected!.Why is { } why ? $": {VisibleText.Line(why, Hint.MaximumLength)}" : "")}");

    private static string Quoted(string text)
    {
        StringBuilder quoted = new();
        foreach (string line in VisibleText.Of(text).Split('\n'))
        {
            quoted.Append(quoted.Length == 0 ? ">" : "\n>").Append(line.Length == 0 ? "" : " ").Append(line);
        }

        return quoted.ToString();
    }
}
