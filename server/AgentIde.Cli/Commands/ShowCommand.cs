using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Auditing;
using AgentIde.Core.Runs;
using AgentIde.Storage;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide show</c>: a run, one of its nodes, or its journal as canonical JSON.</summary>
internal static class ShowCommand
{
    private static readonly Argument<string?> Run = new("RUN") { Description = CommonOptions.Run().Description, Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<int?> NodeOption = new("--node") { Description = "Show one node: its thought, code, output and score." };
    private static readonly Option<int?> AgainstOption = new("--against") { Description = "Show the node beside this one: scores, the paired difference, and what its code has otherwise." };
    private static readonly Option<int?> CallOption = new("--call") { Description = "Show one call to a model: what it was asked, what it thought and what it said." };
    private static readonly Option<bool> Follow = new("--follow") { Description = "Watch a live run until it ends. Ctrl-C leaves it running." };
    private static readonly Option<bool> JournalOption = new("--journal") { Description = "Print the journal as canonical JSON." };
    private static readonly Option<string?> Where = new("--where") { Description = "List the nodes that a condition holds for, such as 'operator == improve && gain < 2 * error'." };
    private static readonly Option<string?> Select = new("--select") { Description = "What to list of each of them, such as 'node, score, gain / error'." };
    private static readonly Option<bool> Names = new("--names") { Description = "List what --where and --select understand: all names, functions and units." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("show", "Show a run, or one node of it.\n\nExample: agentide show last --node 3\n         agentide show last --where 'buggy && seconds > 30s'") { Run, NodeOption, AgainstOption, CallOption, Where, Select, Names, Follow, JournalOption, Json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Run) is null && !result.GetValue(Names))
            {
                result.AddError("Which run is to be shown is missing: name one, such as 'last'.");
            }

            if (result.GetResult(AgainstOption) is not null && (result.GetResult(NodeOption) is null || result.GetValue(Json)))
            {
                result.AddError("--against needs --node, and is shown as text alone: agentide show last --node 7 --against 3");
            }

            bool lists = result.GetResult(Where) is not null || result.GetResult(Select) is not null;
            if (lists && (result.GetResult(NodeOption) is not null || result.GetResult(CallOption) is not null || result.GetValue(JournalOption)))
            {
                result.AddError("--where and --select list nodes: leave out --node, --call and --journal.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Names))
        {
            NodeListing.WriteNames(parsed.GetValue(Json));
            return ExitCode.Done;
        }

        NodeListing? listing = NodeListing.Read(parsed.GetValue(Where), parsed.GetValue(Select));
        SqliteRunStore store = CommonOptions.Store;
        RunId run = await CommonOptions.FindAsync(store, parsed.GetValue(Run)!, cancellationToken);
        if (parsed.GetValue(Follow))
        {
            await RunWatch.FollowAsync(store, run, parsed.GetValue(Json), cancellationToken);
        }

        Journal journal = await RunFollower.ReadAsync(store, run, cancellationToken);
        if (journal.Settings is null)
        {
            throw new CommandException(ExitCode.Failed, $"{run} died before it began.");
        }

        if (listing is not null)
        {
            listing.Write(journal, parsed.GetValue(Json));
            return ExitCode.Done;
        }

        if (parsed.GetValue(JournalOption))
        {
            await using Stream output = Console.OpenStandardOutput();
            await output.WriteAsync(RunJson.WriteCanonical(journal), cancellationToken);
            return ExitCode.Done;
        }

        if (parsed.GetValue(CallOption) is { } call)
        {
            await ShowCallAsync(store, journal, call, cancellationToken);
            return ExitCode.Done;
        }

        if (parsed.GetValue(NodeOption) is { } mine && parsed.GetValue(AgainstOption) is { } other)
        {
            await NodesBesideEachOther.WriteAsync(Console.Out, store, journal, mine, other, cancellationToken);
            return ExitCode.Done;
        }

        if (parsed.GetValue(NodeOption) is { } node)
        {
            await ShowNodeAsync(store, journal, node, parsed.GetValue(Json), cancellationToken);
            return ExitCode.Done;
        }

        bool live = (await store.ReadAsync(run, journal.Seq, 1, cancellationToken)).Liveness == Liveness.Live;
        (string? solution, string? submission) = await RunResult.WriteAsync(store, journal, cancellationToken);
        if (parsed.GetValue(Json))
        {
            string state = live ? "live" : journal.Finished is null ? "interrupted" : "finished";
            Console.Out.WriteLine(JsonSerializer.Serialize(RunReport.Of(journal, state, solution, submission), ReportJsonContext.Default.RunReport));
            return ExitCode.Done;
        }

        Screen.Console.Write(LiveView.Render(journal, journal.Spent, Screen.Console.Profile.Width, int.MaxValue, EditorWords.Waiting(store, journal)));
        ResultText.Write(Console.Out, journal, solution, submission);
        if (!live && journal.Finished is null)
        {
            Console.Out.WriteLine(RunWatch.WhyUnfinished(journal, Runner.RunnerFailure.Of(store, run)));
        }

        return ExitCode.Done;
    }

    private static async Task ShowCallAsync(SqliteRunStore store, Journal journal, int number, CancellationToken cancellationToken)
    {
        RunId run = journal.Settings!.Run;
        (Node? node, ModelCall? call) = journal.Nodes.SelectMany(node => node.Calls.Select(call => (node, call))).FirstOrDefault(made => made.call.Number == number);
        if (call is null)
        {
            throw new CommandException(ExitCode.BadUsage, $"{run} has no call {number}: it has {journal.Spending.Calls}.");
        }

        TextWriter output = Console.Out;
        output.WriteLine($"call {number} for node {node!.Id}, {(call.IsReview ? "review" : Words.Operator(node))}");
        WriteCall(output, call);
        await WriteBlobAsync(output, store, run, "asked", call.Prompt, cancellationToken);
        if (call.SoFar is { } soFar)
        {
            foreach ((string what, string said) in new[] { ("thinking", soFar.Thinking), ("answer", soFar.Text) }.Where(part => part.Item2.Length > 0))
            {
                Write(output, $"{what} so far, its end", said);
            }
        }

        if (call.Outcome?.Thinking is { } thinking)
        {
            await WriteBlobAsync(output, store, run, "thinking", thinking, cancellationToken);
        }

        if (call.Outcome?.Answer is { } answer)
        {
            await WriteBlobAsync(output, store, run, "answer", answer, cancellationToken);
        }
    }

    private static void WriteCall(TextWriter output, ModelCall call)
    {
        string state = call.Outcome is not { } outcome ? "under way" : outcome.Problem is { } problem ? $"no answer ({Words.Problem(problem)})" : Words.Seconds(outcome.Seconds);
        output.WriteLine($"call {call.Number,-4} {(call.IsReview ? "review by " : "")}{SafeText.OneLine(call.Model, 60)}: {(call.IsUncounted ? "tokens and price not known" : $"{Figures.Tokens(call.Usage.Input)} tokens in, {Figures.Tokens(call.Usage.Output)} out{(call.Dollars is { } dollars ? $", {Figures.Dollars(dollars)}" : "")}")}; {state}");
    }

    private static async Task ShowNodeAsync(SqliteRunStore store, Journal journal, int id, bool json, CancellationToken cancellationToken)
    {
        if (!journal.Has(id))
        {
            throw new CommandException(ExitCode.BadUsage, $"{journal.Settings!.Run} has no node {id}: it has {journal.Nodes.Count}.");
        }

        Node node = journal[id];
        if (json)
        {
            Console.Out.WriteLine(Encoding.UTF8.GetString(RunJson.Write(node)));
            return;
        }

        RunId run = journal.Settings!.Run;
        TextWriter output = Console.Out;
        output.WriteLine($"node {node.Id}: {Words.Operator(node)}");
        output.WriteLine($"why      {SafeText.OneLine(node.Why, 400)}");
        if (node.Hint is { } hint)
        {
            output.WriteLine($"hint     {SafeText.OneLine(hint, Core.Runs.Hint.MaximumLength)}");
        }

        if (node.Given is { } given)
        {
            output.WriteLine($"given    {(given.Code is null ? "a plan" : "its program")} by {SafeText.OneLine(given.By, 60)}{(given is { Plan: { } wanted, Code: null } ? $": {SafeText.OneLine(wanted, Core.Runs.Hint.MaximumLength)}" : "")}");
        }

        if (node.Rejected is { } rejection)
        {
            output.WriteLine($"rejected {SafeText.OneLine(Words.Rejection(rejection), 1_000)}");
        }

        foreach (AskedBranch asked in journal.Asked.Where(asked => asked.Node == id))
        {
            output.WriteLine($"asked    a branch of it, by {SafeText.OneLine(asked.By, 60)}{SafeText.OneLine(Words.Wanted(asked), 1_000)}");
        }

        output.WriteLine($"plan     {SafeText.OneLine(node.Plan ?? "(none yet)", 1_000)}");
        foreach (var reason in node.Reasons)
        {
            output.WriteLine($"  {SafeText.OneLine(reason.Block, 20),-10} lines {reason.FirstLine}–{reason.LastLine}: {SafeText.OneLine(reason.Text, 300)}");
        }

        foreach (ModelCall call in node.Calls)
        {
            WriteCall(output, call);
        }

        if (node.SampleOf is { } sample)
        {
            output.WriteLine($"answer   of call {sample.Call}, to the prompt of node {sample.Node}");
        }

        if (node.Standing is { } score)
        {
            output.WriteLine($"score    {journal.Task!.Metric.DisplayName} {Figures.WithError(score.Value, score.StandardError)} {SafeText.OneLine(Words.Ground(journal, score), 200)}{(score is { Kind: not ScoreKind.Claimed, Claim: { } claim } ? $"; the code claims {Words.Number(claim)}" : "")}");
            if (node.Folds is not null)
            {
                output.WriteLine($"folds    {SafeText.OneLine(Words.Folded(journal, node), 400)}");
            }

            if (score.Kind != ScoreKind.Claimed)
            {
                output.WriteLine($"change   {Words.Gain(node) ?? "none: a draft"}");
            }

            if (node.Score?.Blends is { IsEmpty: false } blends)
            {
                string[] told = [.. blends.OrderByDescending(blend => blend.Gain).Take(3).Select(blend => $"with node {blend.Other} {blend.Told(node.Score.StandardError)}")];
                output.WriteLine($"blended  {string.Join(", ", told)}; each against the better of the two");
            }
        }

        if (node.Review is { } review)
        {
            output.WriteLine($"review   {SafeText.OneLine(Words.Review(review), 2_000)}");
            foreach (ReviewFinding finding in review.Findings)
            {
                output.WriteLine($"  {SafeText.OneLine(finding.Kind, 20),-10} lines {finding.FirstLine}–{finding.LastLine}: {SafeText.OneLine(finding.Text, 300)}");
            }
        }

        await WriteAuditAsync(output, store, journal, node, cancellationToken);
        if (node.Failure is { } failure)
        {
            output.WriteLine($"failed   {SafeText.OneLine(failure.Message, 400)}");
        }

        if (node is { Failure: not null, Execution.Claim: { } claimed })
        {
            output.WriteLine($"claimed  {Words.Number(claimed)}");
        }

        if (node is { Origin: { } origin })
        {
            output.WriteLine($"known as {SafeText.OneLine(origin.Id, 100)} there{(origin.MadeAt is { } at ? $", made {at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC" : "")}{(node.IsDone ? "" : "; what became of it is not in the file")}");
        }

        if (node.Code is { } code)
        {
            await WriteBlobAsync(output, store, run, "code", code, cancellationToken);
        }

        if (journal.AnswerOf(node)?.Outcome?.Thinking is { } thinking)
        {
            await WriteBlobAsync(output, store, run, "thinking", thinking, cancellationToken);
        }

        if (journal.Executed(id).Execution is { } execution)
        {
            await WriteBlobAsync(output, store, run, $"output ({Words.Seconds(execution.Seconds)}{(execution.PeakMemoryBytes is { } peak ? $", {peak >> 20} MiB" : "")})", execution.Output, cancellationToken);
        }
    }

    private static async Task WriteAuditAsync(TextWriter output, SqliteRunStore store, Journal journal, Node node, CancellationToken cancellationToken)
    {
        if (node.Code is not { } code)
        {
            return;
        }

        string text = Encoding.UTF8.GetString((await store.ReadBlobAsync(journal.Settings!.Run, code, cancellationToken)).Span);
        foreach (AuditFinding finding in RunAudit.OfNode(journal, node, text).Where(finding => finding.Severity == AuditSeverity.Warning))
        {
            output.WriteLine($"audit    {AuditWords.Title(finding.Kind)}{(finding.Line is { } line ? $", line {line}" : "")}: {SafeText.OneLine(finding.Evidence, 300)}");
        }
    }

    private static async Task WriteBlobAsync(TextWriter output, SqliteRunStore store, RunId run, string title, Digest blob, CancellationToken cancellationToken) =>
        Write(output, title, Encoding.UTF8.GetString((await store.ReadBlobAsync(run, blob, cancellationToken)).Span));

    private static void Write(TextWriter output, string title, string text)
    {
        output.WriteLine();
        output.WriteLine($"──── {title}");
        output.WriteLine(SafeText.Lines(text).TrimEnd());
    }
}
