using System.Collections.Immutable;
using AgentIde.Cli.Commands;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Drafting;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Cli.Terminal;

/// <summary>
/// A run on a folder with two tables and no <c>task.yaml</c>: what the task is, is said by flags, or asked for where
/// somebody can answer, each with what the data suggest. Nothing is written before it has been said.
/// </summary>
internal sealed class TaskQuestions(TextReader answers, TextWriter questions)
{
    private const int Attempts = 5;
    private const int Named = 12;

    /// <summary>Makes the task as the flags say; what they leave open is guessed, and told.</summary>
    public void Make(TaskWish wish, CancellationToken cancellationToken)
    {
        (TaskDraft? draft, LabelUnclearException? unclear) = Look(wish, cancellationToken);
        Write(draft ?? throw new CommandException(ExitCode.BadUsage, unclear!.Message, unclear), cancellationToken);
    }

    /// <summary>Asks for label and metric, and makes the task.</summary>
    public void Ask(TaskWish wish, CancellationToken cancellationToken)
    {
        (TaskDraft? guess, LabelUnclearException? unclear) = Look(wish, cancellationToken);
        questions.WriteLine(SafeText.OneLine($"{wish.Folder} has train and test, and no task.yaml yet. Enter takes what stands in brackets.", 400));
        TaskDraft labelled = Asked("Which column is to be predicted", guess?.Candidates ?? unclear!.Candidates, guess, guess?.Label, label => wish with { Label = label }, cancellationToken);
        TaskDraft whole = Asked(
            $"By which metric ({labelled.WhyMetric})",
            [.. MetricCatalogue.All.Select(metric => metric.Name)], labelled, labelled.Metric.Name, metric => wish with { Label = labelled.Label, Metric = metric }, cancellationToken);
        Write(whole, cancellationToken);
    }

    /// <summary>What to say where nobody can be asked.</summary>
    public static CommandException Unasked(TaskWish wish, CancellationToken cancellationToken)
    {
        (TaskDraft? draft, LabelUnclearException? unclear) = Look(wish, cancellationToken);
        return new CommandException(ExitCode.BadUsage, draft is null
            ? $"{wish.Folder} has no task.yaml: {unclear!.Message}"
            : $"{wish.Folder} has train and test, and no task.yaml: say what the task is, such as --label {ResumeCommand.Quoted(draft.Label)} --metric {draft.Metric.Name} ({draft.WhyLabel}; {draft.WhyMetric}), and the run writes one.");
    }

    /// <summary>Reads the tables once: the task, or why the label has to be named.</summary>
    private static (TaskDraft? Draft, LabelUnclearException? Unclear) Look(TaskWish wish, CancellationToken cancellationToken)
    {
        try
        {
            return (TaskDraft.Of(wish, cancellationToken), null);
        }
        catch (LabelUnclearException unclear)
        {
            return (null, unclear);
        }
    }

    /// <summary>The task with an answer that fits the data: until one does, or nobody answers.</summary>
    /// <param name="guess">The task with the usual answer; null where there is none.</param>
    private TaskDraft Asked(string what, ImmutableArray<string> choices, TaskDraft? guess, string? usual, Func<string, TaskWish> wish, CancellationToken cancellationToken)
    {
        string among = string.Join(", ", choices.Take(Named)) + (choices.Length > Named ? $" and {choices.Length - Named} more" : "");
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            questions.Write(SafeText.OneLine($"{what}: {among}?{(usual is null ? "" : $" [{usual}]")}", 600) + " ");
            questions.Flush();
            string answer = answers.ReadLine()?.Trim() ?? throw new OperationCanceledException("Nobody answered.");
            if (answer.Length == 0)
            {
                if (guess is not null)
                {
                    return guess;
                }

                continue;
            }

            try
            {
                return TaskDraft.Of(wish(answer), cancellationToken);
            }
            catch (TaskProblemException problem)
            {
                questions.WriteLine(SafeText.OneLine(problem.Message, 400));
            }
        }

        throw new CommandException(ExitCode.BadUsage, "No answer fitted the data: agentide task new --help tells how to make a task by hand.");
    }

    private void Write(TaskDraft draft, CancellationToken cancellationToken)
    {
        draft.Write(cancellationToken);
        questions.WriteLine(SafeText.OneLine($"{Path.Combine(draft.Folder, "task.yaml")} written: predicts {draft.Label} ({draft.WhyLabel}) by {draft.Metric.Name} ({draft.WhyMetric}); rows are named by {draft.IdColumn} ({draft.WhyIdColumn}).", 600));
    }
}
