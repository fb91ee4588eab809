using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>
/// What a commit says: the thought, the score before and after, the node. The thought is quoted line by line, so none of
/// its lines is a trailer, a comment of git's or an option; the last paragraph is ours.
/// </summary>
public static partial class CommitMessage
{
    internal const int FirstLine = 72;
    private const int Thought = 2_000;

    /// <param name="before">The step before it; null for the first.</param>
    internal static string Of(Journal journal, Node node, Node? before, Func<string, string> redact)
    {
        string plan = redact(node.Plan ?? "").Trim();
        string start = $"{Wording.Operator(node.Operator)}: ";
        string first = GitHubText.Phrase(plan.Length == 0 ? "no thought was given" : plan, FirstLine - start.Length);
        StringBuilder message = new(start + first + "\n\n");
        foreach (string line in Wrapped(GitHubText.Plain(plan, Thought)))
        {
            message.Append("> ").Append(line).Append('\n');
        }

        message.Append(plan.Length == 0 ? "" : "\n");
        foreach (string line in Wrapped($"{After(journal, node, redact)} {Before(before)}"))
        {
            message.Append(line).Append('\n');
        }

        return message.Append($"\nNode {node.Id} of the run {journal.Settings!.Fork?.PullRequest?.MakerOf(node.Id) ?? journal.Settings.Run}, written by a machine.\n").ToString();
    }

    /// <summary>The node that a message is of, by its last paragraph; null for a message of somebody else's.</summary>
    public static int? NodeOf(string message) => LastParagraph().Match(message.TrimEnd()) is { Success: true } found ? int.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    private static string After(Journal journal, Node node, Func<string, string> redact) =>
        node.Score is { } score ? $"The score is {GitHubText.Words(journal.Task!.Metric.DisplayName, 40)} {Figures.WithError(score.Value, score.StandardError)}{Wording.Ground(score)}{(Wording.Gain(node) is { } gain ? $", {gain}" : "")}."
        : node.Failure is { } failure ? $"It failed ({GitHubText.Plain(redact(failure.Message), 200)})."
        : "It has no score yet.";

    private static string Before(Node? before) => before switch
    {
        null => "There was none before.",
        { Score: { } score } => $"Before it was {Figures.WithError(score.Value, score.StandardError)} (node {before.Id}).",
        _ => $"Before there was none (node {before.Id} failed).",
    };

    private static IEnumerable<string> Wrapped(string text)
    {
        StringBuilder line = new();
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > FirstLine - 2)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length == 0 ? (word[0] is '/' or '-' or '#' ? GitHubText.Break : "") : " ").Append(word);
        }

        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }

    [GeneratedRegex(@"\n\nNode ([0-9]{1,8}) of the run \S+, written by a machine\.\z", RegexOptions.CultureInvariant)]
    private static partial Regex LastParagraph();
}
