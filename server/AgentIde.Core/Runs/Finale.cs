using AgentIde.Core.Holdouts;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>
/// What follows the search: choose, on a fresh split where the holdout does not decide, open the second holdout, refit on the whole train, finish, and only then look at the private answers. Each
/// part is skipped where the journal already holds it, so it can be entered again after any death.
/// </summary>
internal sealed class Finale(LiveRun live)
{
    private Journal Journal => live.Journal;

    public async Task RunAsync(RunEnding ending, CancellationToken cancellationToken)
    {
        if (Journal is { Finished: null, Best: not null, Choice: null })
        {
            if (await new FinalRoundTurn(live).TakeAsync(ending, cancellationToken) is not { Node: var chosen, Why: var why })
            {
                return;
            }

            await live.AppendAsync(new SolutionChosen(chosen, why, ending), cancellationToken);
        }

        // A run that goes on from a finished one knows what that one's second holdout said: nothing is left to open.
        if (live.Parts.Second is { } second && Journal is { Finished: null, Settings.Fork: null, Choice: { Second: null, Refit: null } unopened })
        {
            await OpenAsync(second, unopened.Node, cancellationToken);
        }

        if (Journal is { Finished: null, Choice: { Refit: null } choice })
        {
            live.AnswerStop(); // It ended the search; another one ends the refit.
            await RefitAsync(choice.Node, cancellationToken);
            if (live.Leaving)
            {
                return;
            }
        }

        if (Journal.Finished is null)
        {
            Digest journal = Digest.Of(RunJson.WriteCanonical(Journal));
            await live.AppendAsync(new RunFinished(ending, Words(ending, Journal), journal), cancellationToken);
        }

        await GradePrivatelyAsync(cancellationToken);
    }

    /// <summary>The submission that was scored already has these rows too: nothing is executed for it.</summary>
    private async Task OpenAsync(IGrader second, int chosen, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> submission = await live.ReadBlobAsync(Journal.Executed(chosen).Execution!.Submission!.Value, cancellationToken);
        if (await second.GradeAsync(submission, cancellationToken) is { Score: { } score, StandardError: { } error, Rows: var rows })
        {
            await live.AppendAsync(new SecondHoldoutOpened(chosen, score, error, rows), cancellationToken);
        }
    }

    private async Task RefitAsync(int chosen, CancellationToken cancellationToken)
    {
        Node node = Journal.Executed(chosen);
        ReadOnlyMemory<byte> submission = await live.ReadBlobAsync(node.Execution!.Submission!.Value, cancellationToken);
        Blob blind = Blob.Of(await live.Parts.Holdout.RestoreAsync(submission, cancellationToken));
        if (Journal.RefitExecution is null && !live.Leaving && live.SecondsLeft > 1)
        {
            ExecutionLimits limits = live.Parts.Limits with { Time = TimeSpan.FromSeconds(Math.Min(live.SecondsLeft, live.Parts.Limits.Time.TotalSeconds)) };
            if (await live.BuildAsync(node, cancellationToken) is { Program: { } program })
            {
                await live.ExecuteAsync(node, program, ExecutionPurpose.Refit, Journal.RefitAttempts + 1, limits, _ => [], cancellationToken);
            }
        }

        if (live.Leaving)
        {
            return;
        }

        Refit refit = Journal.RefitExecution switch
        {
            null when live.Stop is not null => Refit.Refused("the refit was stopped"),
            null => Refit.Refused("no time was left to refit"),
            { Ending: Ending.Exited, ExitCode: 0, Submission: { } whole } =>
                await Refit.JudgeAsync(live.Parts.Holdout, Journal.Split?.Kind, Journal.Task!.Metric.Predicts, await live.ReadBlobAsync(whole, cancellationToken), blind.Bytes, () => new NearSolutions(live).LeastAgreementAsync(chosen, cancellationToken), cancellationToken),
            _ => Refit.Refused("on the whole train the code left no submission"),
        };
        Blob result = refit.Submission is { } taken ? Blob.Of(taken) : blind;
        SolutionRefitted refitted = new(chosen, refit.Submission is not null, refit.Agreement, result.Digest, refit.Why);
        await live.AppendAsync([refitted], [result], cancellationToken);
    }

    private async Task GradePrivatelyAsync(CancellationToken cancellationToken)
    {
        if (live.Parts.Private is not { } answers || Journal is not { Private: null, Choice.Refit: { } refit })
        {
            return;
        }

        ReadOnlyMemory<byte> submission = await live.ReadBlobAsync(refit.Submission, cancellationToken);
        Grade grade = await answers.Grader.GradeAsync(submission, cancellationToken);
        string? reference = grade.Score is { } score ? answers.ReferenceReached(score) : null;
        await live.AppendAsync(new PrivateScored(grade.Score, null, reference, grade.Problem, answers.References), cancellationToken);
    }

    private static string Words(RunEnding ending, Journal journal) => ending switch
    {
        RunEnding.NodesSpent => "all nodes of the budget were spent",
        RunEnding.TimeSpent => journal.Exhausted ?? LeastTime.Words(journal),
        RunEnding.EngineerExhausted => "the engineer had nothing left to propose",
        RunEnding.BudgetSpent => $"the budget for models allows no more: {journal.Refused}",
        _ => "a person stopped it",
    };
}
