using System.Text.RegularExpressions;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.Mends;
using AgentIde.Core.Engineering.BuiltIn.Models;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>Each case is a program of the engineer's that really fails, since the profile did not tell the whole truth.</summary>
public sealed partial class RepairTests
{
    public static TheoryData<string> Failures => [.. Cases.Keys];

    private static Dictionary<string, Fault> Cases { get; } = new()
    {
        [AbsentColumns.Key] = new("rmse", BoostedTrees.Key, "KeyError", Change: tables => tables with
        {
            Profile = tables.Profile with { Columns = tables.Profile.Columns.Add(Samples.Number("clarity", 1, 9, 50, 0.2)) },
        }),
        [FillGaps.Key] = new("rmsle", LinearModel.Key, "contains NaN", Change: tables => tables with { Test = Cell(tables.Test, 5, 1, "") }),
        [NumbersFromText.Key] = new("log-loss", ExtraTrees.Key, "could not convert string", Change: tables => tables with { Train = Cell(tables.Train, 7, 2, "wide") }),
        [GradedWords.Tolerant] = new("mae", Neighbours.Key, "unknown categories", Change: tables => tables with { Test = Cell(tables.Test, 3, 3, "Superb") }),
        [KnownAnswers.Key] = new("rmse", ExtraTrees.Key, "Input y contains NaN", Change: tables => tables with { Train = Cell(tables.Train, 9, 7, "") }),
        ["without-module"] = new("accuracy", XgBoost.Key, "No module named 'xgboost'", Hidden: "xgboost"),
        ["fewer-folds"] = new("rmse", BoostedTrees.Key, "n_splits", Change: tables => tables with { Train = Lines(tables.Train, 5) }),
        ["rare-classes"] = new("multi-class-log-loss", XgBoost.Key, "Invalid classes", Change: tables => tables with
        {
            // The rare class is the one in the middle: without it the others are no longer numbered without a gap.
            Train = tables.Train.Replace(",b\n", ",a\n", StringComparison.Ordinal).TrimEnd('\n')[..^1] + "b\n",
        }),
        [SafeSubmission.Key] = new("roc-auc", LinearModel.Key, "Length of values", Change: tables => tables with { Test = tables.Test + tables.Test.TrimEnd().Split('\n')[^1] + "\n" }),
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Mends_a_program_that_really_failed(string mend)
    {
        Fault one = Cases[mend];
        Tables tables = (one.Change ?? (same => same))(Tables.Make(one.Metric));
        Problem problem = new(tables.Task, tables.Profile, 2);
        Recipe recipe = Drafts.Start(problem, Catalogue.Family(one.Family)!);
        using Python python = new();
        string broken = await RunAsync(python, "broken", recipe, tables, one.Hidden);
        broken.ShouldContain(one.Says);
        JournalBuilder run = Failed(tables, recipe, FailureOf(broken));

        Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Debug, 1, 1, broken))!;

        Notes notes = Mended(run, proposal);
        notes.Name.ShouldBe(mend);
        string folder = python.Lay("mended", proposal.Code, tables.Train, tables.Test, tables.Sample);
        string[] output = await Python.ExecuteAsync(one.Hidden, folder);
        output[0].ShouldContain("score: ", Case.Sensitive, output[0]);
        (await File.ReadAllLinesAsync(Path.Combine(folder, "submission.csv"), TestContext.Current.CancellationToken)).Length.ShouldBe(tables.Sample.Split('\n').Length - 1);
    }

    [Fact]
    public async Task A_refused_submission_gets_each_id_once()
    {
        Tables tables = Tables.Make("rmse");
        tables = tables with { Sample = tables.Sample + tables.Sample.TrimEnd().Split('\n')[^1] + "\n" };
        Problem problem = new(tables.Task, tables.Profile, 2);
        Recipe recipe = Drafts.Start(problem, Catalogue.Family(BoostedTrees.Key)!);
        using Python python = new();
        (await RunAsync(python, "doubled", recipe, tables, null)).ShouldContain("score: ");
        JournalBuilder run = Failed(tables, recipe, new Failure(FailureKind.BadSubmission, "submission.csv: line 42: id 199 twice", null, null));

        Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Debug, 1, 1))!;

        string folder = python.Lay("mended", proposal.Code, tables.Train, tables.Test, tables.Sample);
        await Python.ExecuteAsync(null, folder);
        string[] ids = [.. (await File.ReadAllLinesAsync(Path.Combine(folder, "submission.csv"), TestContext.Current.CancellationToken)).Select(line => line.Split(',')[0])];
        ids.ShouldBeUnique();
        ids.Length.ShouldBe(41);
    }

    [Theory]
    [InlineData(FailureKind.TimeOut, "did not end within 60 s", 0.45)]
    [InlineData(FailureKind.OutOfMemory, "ran out of memory (2.0 GiB)", 1.2)]
    public async Task A_program_too_large_does_less_and_still_runs(FailureKind kind, string message, double share)
    {
        Tables tables = Tables.Make("multi-class-log-loss");
        Problem problem = new(tables.Task, tables.Profile with { TrainRows = 20_000 }, 2);
        tables = tables with { Profile = problem.Profile };
        Recipe recipe = Drafts.Start(problem, Catalogue.Family(BoostedTrees.Key)!).Add(Catalogue.Family(ExtraTrees.Key)!.Default(problem)).Add(Part.Of(Pool.Key)).Add(Part.Of(SeedBag.Key).Set("seeds", 3));
        JournalBuilder run = Failed(tables, recipe, new Failure(kind, message, null, null));

        Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Debug, 1, 1))!;

        Notes notes = Mended(run, proposal);
        Costs.Seconds(problem, notes.Recipe).ShouldBeLessThan(Costs.Seconds(problem, recipe) * share);
        using Python python = new();
        string[] output = await Python.ExecuteAsync(null, python.Lay("less", proposal.Code, tables.Train, tables.Test, tables.Sample));
        output[0].ShouldContain("score: ", Case.Sensitive, output[0]);
        proposal.Code.ShouldContain(kind == FailureKind.OutOfMemory ? "n_jobs=1, prefer" : "n_jobs=CORES");
    }

    [Fact]
    public async Task Descendants_keep_the_mend()
    {
        Tables tables = Tables.Make("rmsle");
        Problem problem = new(tables.Task, tables.Profile, 2);
        JournalBuilder run = Failed(tables, Drafts.Start(problem, Catalogue.Family(LinearModel.Key)!), new Failure(FailureKind.Exception, "ValueError: Input X contains NaN.", 60, null));
        Mended(run, (await Rehearsal.ProposeAsync(run.Journal, Operator.Debug, 1, 1))!);
        run.Score(0.3);
        for (int node = 3; node <= 8; node++)
        {
            run.Begin(Operator.Improve, node - 1);
            Notes notes = Mended(run, (await Rehearsal.ProposeAsync(run.Journal, Operator.Improve, node - 1, 1))!);
            notes.Recipe.Has(FillGaps.Key).ShouldBeTrue();
            run.Score(0.3 - (node * 0.01));
        }
    }

    [Fact]
    public async Task An_unknown_failure_leads_to_something_simpler_and_says_so()
    {
        Tables tables = Tables.Make("rmsle");
        Problem problem = new(tables.Task, tables.Profile, 2);
        Recipe rich = Drafts.Start(problem, Catalogue.Family(BoostedTrees.Key)!).Add(Part.Of("ratios")).Add(Part.Of(SeedBag.Key).Set("seeds", 3));
        JournalBuilder run = Failed(tables, rich, new Failure(FailureKind.Exception, "RuntimeError: the moon is full", 60, null));

        Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Debug, 1, 1))!;

        proposal.Plan.ShouldContain("the cause is not known");
        proposal.Plan.ShouldContain("the moon is full");
        proposal.Code.ShouldNotContain("combinations");
    }

    [Fact]
    public async Task A_module_that_is_missing_is_not_proposed_again()
    {
        Tables tables = Tables.Make("rmsle");
        Problem problem = new(tables.Task, tables.Profile, 2);
        JournalBuilder run = Failed(tables, Drafts.Start(problem, Catalogue.Family(XgBoost.Key)!), new Failure(FailureKind.Exception, "ModuleNotFoundError: No module named 'xgboost'", 9, null));
        for (int node = 2; node <= 12; node++)
        {
            run.Begin(Operator.Draft);
            Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Draft, null, 1))!;
            proposal.Code.ShouldNotContain("xgboost");
            run.Propose(proposal).Score(0.4);
        }
    }

    private static async Task<string> RunAsync(Python python, string name, Recipe recipe, Tables tables, string? hidden)
    {
        string code = Composer.Compose(new Problem(tables.Task, tables.Profile, 2), recipe).Code;
        return (await Python.ExecuteAsync(hidden, python.Lay(name, code, tables.Train, tables.Test, tables.Sample)))[0];
    }

    private static JournalBuilder Failed(Tables tables, Recipe recipe, Failure failure)
    {
        (string code, var reasons) = Composer.Compose(new Problem(tables.Task, tables.Profile, 2), recipe);
        JournalBuilder run = new JournalBuilder(tables.Task, tables.Profile).Begin(Operator.Draft);
        run.Propose(new Proposal("A plan.", code, reasons, new Notes("draft", "test", 5, recipe.Parts).ToJson())).Execute(Digest.Of("output"));
        run.Add(new NodeFailed(1, failure));
        return run.Begin(Operator.Debug, 1);
    }

    private static Notes Mended(JournalBuilder run, Proposal proposal)
    {
        run.Propose(proposal);
        return Notes.Of(run.Journal.Nodes[^1])!;
    }

    private static Failure FailureOf(string output)
    {
        string message = output.TrimEnd().Split('\n').Last(line => Error().IsMatch(line));
        int? line = Frame().Matches(output) is [.., var last] ? int.Parse(last.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null;
        return new Failure(FailureKind.Exception, message, line, output);
    }

    private static string Cell(string csv, int row, int column, string value)
    {
        string[] lines = csv.TrimEnd('\n').Split('\n');
        string[] cells = lines[row].Split(',');
        cells[column] = value;
        lines[row] = string.Join(',', cells);
        return string.Join('\n', lines) + "\n";
    }

    private static string Lines(string csv, int count) => string.Join('\n', csv.Split('\n').Take(count)) + "\n";

    private sealed record Fault(string Metric, string Family, string Says, Func<Tables, Tables>? Change = null, string? Hidden = null);

    [GeneratedRegex(@"^\w*(Error|Exception)\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Error();

    [GeneratedRegex("File \"solution.py\", line (\\d+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Frame();
}
