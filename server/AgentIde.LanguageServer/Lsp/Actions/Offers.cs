using AgentIde.Core.PullRequests;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Lsp.Thoughts;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>The commands that make sense in a document, the likeliest first.</summary>
internal static class Offers
{
    public static IEnumerable<Command> For(ServerState state, Document document, Shown? shown, DocumentBlame? blame, int line)
    {
        IEnumerable<Command> offers = shown switch
        {
            TaskShown task => OnTask(state, document, task),
            SolutionShown solution => Retry(blame, document, line).Concat(OnSolution(state, solution, blame, line)),
            NodeShown node => Retry(blame, document, line).Concat(OnNode(state, node)),
            PullRequestShown pull => OnPullRequest(pull),
            _ => [],
        };
        return Allowed(state, offers);
    }

    /// <summary>In a folder without trust, those that only show something.</summary>
    public static IEnumerable<Command> Allowed(ServerState state, IEnumerable<Command> offers) =>
        state.Expect().Trusted ? offers : offers.Where(offer => offer.Name is CommandNames.Open or CommandNames.Compare);

    public static Command Start(string taskUri) => Of("Start a run on this task", CommandNames.Start, new CommandArguments(Task: taskUri));

    public static Command Stop(RunState run) => Of($"Stop {run.Run}", CommandNames.Stop, new CommandArguments(run.Run.Value));

    public static Command GoOn(RunState run) => Of($"Go on with {run.Run}, whose process is gone", CommandNames.Continue, new CommandArguments(run.Run.Value));

    private static IEnumerable<Command> OnTask(ServerState state, Document document, TaskShown task)
    {
        if (task.Run is { IsLive: true } live)
        {
            foreach (Command command in OnLive(live))
            {
                yield return command;
            }
        }
        else
        {
            if (task.Run is { Liveness: Liveness.Interrupted } interrupted)
            {
                yield return GoOn(interrupted);
            }

            yield return Start(document.Uri);
        }

        if (task.Run is { } run && run.Journal.Best is { } best)
        {
            yield return Apply(state, run, best, edited: false);
            yield return Open(run, run.Journal[best]);
            if (Propose(run, null) is { } propose)
            {
                yield return propose;
            }
        }
    }

    private static IEnumerable<Command> OnSolution(ServerState state, SolutionShown solution, DocumentBlame? blame, int line)
    {
        RunState run = solution.Run;
        bool edited = blame is { IsEdited: true };
        int? applied = solution.Applied?.Node;
        (RunState Run, int Node)? refused = edited ? Refused(state, run.SolutionPath) : null;
        if (refused is { } last)
        {
            yield return Merge(state, last.Run, last.Node);
        }

        if (run.Journal.Best is { } best && best != applied)
        {
            yield return Apply(state, run, best, edited);
            if (edited && !(refused is { } merged && merged.Run.Run == run.Run && merged.Node == best))
            {
                yield return Merge(state, run, best);
            }
        }

        if (blame?.Blame.ThoughtAt(run.Journal, line) is { } thought)
        {
            yield return Open(run, run.Journal[thought.Node]);
        }

        if (Before(run, solution.Applied) is { } before && before != run.Journal.Best)
        {
            yield return Of($"Revert to node {before}, which stood here before", CommandNames.Apply, On(state, run, before));
        }

        if (solution.Applied is { Before: not null } joined)
        {
            yield return Of($"Revert to what was there before node {joined.Node}", CommandNames.Apply, On(state, run, joined.Node) with { How = Conflict.Before });
        }

        if (run.IsLive)
        {
            foreach (Command command in OnLive(run))
            {
                yield return command;
            }
        }

        if (Propose(run, null) is { } propose)
        {
            yield return propose;
        }

        if (!run.IsLive && run.TaskFolder.Length > 0)
        {
            if (run.Liveness == Liveness.Interrupted)
            {
                yield return GoOn(run);
            }

            yield return Start(FilePaths.ToUri(run.TaskFolder));
        }
    }

    private static IEnumerable<Command> OnNode(ServerState state, NodeShown shown)
    {
        RunState run = shown.Run;
        Node node = run.Journal[shown.Node];
        if (node.IsValid && run.SolutionPath.Length > 0)
        {
            yield return Apply(state, run, node.Id, edited: false);
            if (Refused(state, run.SolutionPath) is { } refused && refused.Run.Run == run.Run && refused.Node == node.Id)
            {
                yield return Merge(state, run, node.Id);
            }
        }

        if (RunDecisions.Refusal(run.Journal, new BranchRequest("", node.Id, null)) is null)
        {
            yield return Of($"Branch from node {node.Id}: the next one comes from it", CommandNames.Branch, new CommandArguments(run.Run.Value, node.Id));
        }

        if (RunDecisions.Refusal(run.Journal, new RejectRequest("", node.Id, null)) is null)
        {
            yield return Of($"Reject node {node.Id}: nothing more of it, and never the result", CommandNames.Reject, new CommandArguments(run.Run.Value, node.Id));
        }
        else if (RunDecisions.Refusal(run.Journal, new RestoreRequest("", node.Id)) is null)
        {
            yield return Of($"Restore node {node.Id}, which was rejected", CommandNames.Restore, new CommandArguments(run.Run.Value, node.Id));
        }

        if (Propose(run, node.Id) is { } propose)
        {
            yield return propose;
        }

        if (node is { Parent: { } parent, Code: not null } && run.Journal[parent].Code is not null)
        {
            yield return Of($"Compare node {node.Id} with its parent, node {parent}", CommandNames.Compare, new CommandArguments(run.Run.Value, node.Id, Other: parent, Show: true));
        }

        if (CallDocument.CallOf(run.Journal, node) is not null)
        {
            yield return Of($"Open the prompt of node {node.Id}", CommandNames.Open, new CommandArguments(run.Run.Value, node.Id, File: NodeDocuments.Prompt));
            yield return Of($"Open the reply for node {node.Id}", CommandNames.Open, new CommandArguments(run.Run.Value, node.Id, File: NodeDocuments.Reply));
        }

        if (node.Execution is not null || node.OutputSoFar.Length > 0)
        {
            yield return Of($"Open the output of node {node.Id}", CommandNames.Open, new CommandArguments(run.Run.Value, node.Id, File: NodeDocuments.Output));
        }

        yield return Of($"Open the thought of node {node.Id}", CommandNames.Open, new CommandArguments(run.Run.Value, node.Id, File: NodeDocuments.Thought));
        if (run.Journal.Best is { } best && best != node.Id)
        {
            yield return Open(run, run.Journal[best]);
        }
    }

    /// <summary>A question may have gone from sight by the time that a person has read it all: these stay.</summary>
    public static IEnumerable<Command> OnPullRequest(PullRequestShown shown)
    {
        RunState run = shown.Run;
        CommandArguments arguments = new(run.Run.Value, shown.Node);
        if (shown.Previewed?.Preview.Repository is { } repository)
        {
            arguments = arguments with { How = PullRequests.Open };
            yield return Of($"Open this pull request at {repository}, as a draft", CommandNames.PullRequest, arguments);
            yield return Of($"Open this pull request at {repository}, ready to be merged", CommandNames.PullRequest, arguments with { Ready = true });
        }
        else if (Propose(run, shown.Node) is { } propose)
        {
            yield return propose;
        }
    }

    /// <summary>Shows what a pull request would hold; null where none is made, and while the run is under way.</summary>
    /// <param name="node">Null for the run's own choice.</param>
    private static Command? Propose(RunState run, int? node) =>
        (run.IsLive && !run.Journal.IsPaused) || PullRequest.Refusal(run.Journal, run.Run, node) is not null ? null
        : node is { } named ? Of($"Open a pull request of node {named}: look at it first", CommandNames.PullRequest, new CommandArguments(run.Run.Value, named))
        : Of($"Open a pull request of {run.Run}: look at it first", CommandNames.PullRequest, new CommandArguments(run.Run.Value));

    private static IEnumerable<Command> Retry(DocumentBlame? blame, Document document, int line)
    {
        if (CommentHint.At(blame, document, line) is { } comment)
        {
            yield return Of($"Retry with this comment: {PlainText.Visible(comment.Wish, 80)} (a branch of node {comment.Node})", CommandNames.Branch, new CommandArguments(blame!.Run.Run.Value, comment.Node, Text: comment.Text));
        }
    }

    private static IEnumerable<Command> OnLive(RunState run)
    {
        yield return Stop(run);
        yield return PauseOrContinue(run);
        if (run.Journal.IsPaused)
        {
            yield return Of($"Step {run.Run}: one node more", CommandNames.Step, new CommandArguments(run.Run.Value));
        }

        yield return Of($"Give {run.Run} a hint", CommandNames.Hint, new CommandArguments(run.Run.Value));
    }

    private static Command Apply(ServerState state, RunState run, int id, bool edited)
    {
        Node node = run.Journal[id];
        string which = run.Journal.Best == id ? $"the best node ({id}, {Wording.Score(run.Journal, node)})" : $"node {id} ({Wording.Score(run.Journal, node)})";
        return Of($"Apply {which}{(edited ? " with diff: the file holds work of yours" : "")}", CommandNames.Apply, On(state, run, id));
    }

    private static Command Merge(ServerState state, RunState run, int node) =>
        Of($"Merge node {node} into your work", CommandNames.Apply, On(state, run, node) with { How = Conflict.Merge });

    /// <summary>The node that was refused last in a file, where it still can be applied.</summary>
    private static (RunState Run, int Node)? Refused(ServerState state, string path) =>
        state.Refused.TryGetValue(path, out (RunId Run, int Node) refused) && state.Runs.TryGetValue(refused.Run, out RunState? run) && run.Journal.Has(refused.Node) && run.Journal[refused.Node].IsValid
            ? (run, refused.Node)
            : null;

    private static Command Open(RunState run, Node node)
    {
        string which = run.Journal.Best == node.Id ? $"the best node ({node.Id})" : $"node {node.Id}";
        return Of($"Open {which}", CommandNames.Open, new CommandArguments(run.Run.Value, node.Id));
    }

    private static Command PauseOrContinue(RunState run) => run.Journal.IsPaused
        ? Of($"Continue {run.Run}", CommandNames.Continue, new CommandArguments(run.Run.Value))
        : Of($"Pause {run.Run} before its next node", CommandNames.Pause, new CommandArguments(run.Run.Value));

    /// <summary>The node of the same run that stood in the file before the one that stands there now.</summary>
    private static int? Before(RunState run, AppliedCode? applied)
    {
        int last = applied is null ? -1 : run.Applied.FindLastIndex(other => other == applied);
        AppliedCode? before = last > 0 ? run.Applied.Take(last).LastOrDefault(other => other.Path == applied!.Path && other.Code != applied.Code) : null;
        return before is { } found && run.Journal[found.Node].IsValid ? found.Node : null;
    }

    private static CommandArguments On(ServerState state, RunState run, int node) =>
        new(run.Run.Value, node, DocVersion: state.OpenAt(run.SolutionPath)?.Version);

    private static Command Of(string title, string name, CommandArguments arguments) => new(title, name, [arguments]);
}
