using System.Globalization;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Prompts;

/// <summary>
/// What people said of the run, as a prompt tells it: what they want of this node foremost, then what is to be borne in
/// mind, newest first, then what they rejected. It is the user who speaks, so it stands outside of marked data; each line
/// is quoted, so that none of it passes for a heading of the prompt's own. A comment of a pull request came from elsewhere:
/// that is marked data, also for an answer that it asks for.
/// </summary>
internal sealed class PersonSays(Journal journal, int node)
{
    /// <summary>Empty where nobody said anything.</summary>
    public string Text(int bytes)
    {
        List<string> parts = [];
        ReviewComment? comment = journal.Has(node) ? journal[node].Comment : null;
        if (comment is null && journal.Has(node) && journal[node].Wish is { } wish)
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

        string said = parts.Count == 0 ? "" : Templates.Of("person").Fill(("said", TextCut.End(string.Join("\n\n", parts), comment is null ? bytes : bytes / 2)));
        return comment is null ? said : string.Join("\n\n", new[] { said, Asked(comment, journal[node].Wish ?? "", bytes - Encoding.UTF8.GetByteCount(said)) }.Where(text => text.Length > 0));
    }

    private static string Asked(ReviewComment comment, string text, int bytes)
    {
        string at = comment is { Line: { } line, Quote: { } quote } ? string.Create(CultureInfo.InvariantCulture, $"(at line {line}, which was: {VisibleText.Line(quote, 200)})\n\n") : "";
        return Templates.Of("comment").Fill(("comment", MarkedData.Of("a reviewer's comment", TextCut.End(at + VisibleText.Of(text), Math.Max(0, bytes)))));
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
