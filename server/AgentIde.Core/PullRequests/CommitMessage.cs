using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>
/// What a commit says: the thought, the score before and after, the node. Where a branch leaves a way that it went, its
/// commit says so. The thought is quoted line by line, so none of its lines is a trailer, a comment of git's or an option; the last paragraph is ours.
/// </summary>
public static partial class CommitMessage
{
    internal const int FirstLine = 72;
    private const int Thought = 2_000;

    /// <param name="before">The step before it; null for the first.</param>
    internal static string Of(RunAccount account, Node node, Node? before, Func<string, string> redact)
    {
        Journal journal = account.Journal;
        string plan = redact(Engineering.BuiltIn.Wishes.WithoutRemark(node.Plan ?? "")).Trim();
        string start = $"{Wording.Operator(node.Operator)}: ";
        string first = GitHubText.Phrase(plan.Length == 0 ? "no thought was given" : plan, FirstLine - start.Length);
        StringBuilder message = new(start + first + "\n\n");
        foreach (string line in Wrapped(GitHubText.Plain(plan, Thought)))
        {
            message.Append("> ").Append(line).Append('\n');
        }

        message.Append(plan.Length == 0 ? "" : "\n");
        foreach (string line in Wrapped($"{After(journal, node, redact)}{Before(before, node)}"))
        {
            message.Append(line).Append('\n');
        }

        return message.Append($"\n{account.NameOf(node.Id)}, {Wording.Author(node)}.\n").ToString();
    }

    /// <summary>Of a commit that restores what a step left in the file: the branch held it before and left its way.</summary>
    /// <param name="to">The step.</param>
    /// <param name="from">What was proposed before, in words; so are those that follow.</param>
    /// <param name="proposed">What is proposed now; null where that is the step itself.</param>
    internal static string Back(SolutionStep to, int left, string from, string restored, string? proposed)
    {
        string why = proposed is null
            ? $"What is proposed has moved from {from} to {restored}, which this branch held before. This commit restores its code."
            : $"What is proposed has moved from {from} to {proposed}. This commit restores the code of {restored}, which this branch held before and from which the next one goes on.";
        return $"back: from node {left} to node {to.Node}\n\n{string.Join('\n', Wrapped(why))}\n\n{SignatureOf(to.Message)}\n";
    }

    /// <summary>Of a step that follows what it does not come from, and of whose way nothing is on the branch.</summary>
    internal static string Moved(SolutionStep step, string from, string proposed) =>
        With(step.Message, $"What is proposed has moved from {from} to {proposed}. This step does not come from the one before it, and replaces its code.");

    /// <summary>Of the first commit of a branch whose base has the solution file already. Whose that is can't be known.</summary>
    /// <param name="file">From the root of the repository.</param>
    public static string Replacing(string message, string file) => With(message, $"It replaces the file {GitHubText.Plain(file, 400)}, which is there already.");

    /// <summary>The step that a message is of, by its last paragraph; null for a message of somebody else's.</summary>
    public static StepName? NameOf(string message) =>
        LastParagraph().Match(message.TrimEnd()) is { Success: true } found ? new StepName(int.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture), found.Groups[2].Value, found.Groups[3].Value) : null;

    /// <summary>A message with one paragraph more before its last one, by which it is known.</summary>
    private static string With(string message, string paragraph)
    {
        string signature = SignatureOf(message);
        return $"{message.TrimEnd()[..^signature.Length]}{string.Join('\n', Wrapped(paragraph))}\n\n{signature}\n";
    }

    private static string SignatureOf(string message) => message.TrimEnd() is var all ? all[(all.LastIndexOf("\n\n", StringComparison.Ordinal) + 2)..] : "";

    private static string After(Journal journal, Node node, Func<string, string> redact) =>
        node.Standing is { } score ? $"The score is {GitHubText.Words(journal.Task!.Metric.DisplayName, 40)} {Figures.WithError(score.Value, score.StandardError)}{Wording.Ground(score)}{(Wording.Gain(node) is { } gain ? $", {gain}" : "")}."
        : node.Failure is { } failure ? $"It failed ({GitHubText.Plain(redact(failure.Message), 200)})."
        : "It has no score yet.";

    private static string Before(Node? before, Node node) => before switch
    {
        null => "",
        { Score: not null } when Wording.Both(before, node) is { Ground.Length: > 0 } both =>
            $" Before it was {Figures.WithError(both.Before.Value, both.Before.StandardError)}{both.Ground} (node {before.Id}), and there it is {Figures.WithError(both.After.Value, both.After.StandardError)}.",
        { Standing: { } score } => $" Before it was {Figures.WithError(score.Value, score.StandardError)} (node {before.Id}).",
        _ => $" Before there was none (node {before.Id} failed).",
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

    [GeneratedRegex(@"\n\nNode ([0-9]{1,8}) of the run ([a-z0-9-]{1,80}) \(([0-9a-f]{1,64})\), [a-z ]{1,80}\.\z", RegexOptions.CultureInvariant)]
    private static partial Regex LastParagraph();
}
