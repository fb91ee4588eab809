using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.CSharp;
using AgentIde.Core.Engineering.BuiltIn.Mends;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>C# programs on data that are not what the profile says: most take them as they come, the others are mended.</summary>
public sealed class CSharpRepairTests
{
    public static TheoryData<string> Failures => [.. Cases.Keys];

    private static Dictionary<string, Fault> Cases { get; } = new()
    {
        [AbsentColumns.Key] = new("rmse", FastTree.Key, "clarity", tables => tables with
        {
            Profile = tables.Profile with { Columns = tables.Profile.Columns.Add(Samples.Number("clarity", 1, 9, 50, 0.2)) },
        }),
        [KnownAnswers.Key] = new("rmse", LightGbm.Key, "was not in a correct format", tables => tables with { Train = Cell(tables.Train, 9, 7, "") }),
        [SafeSubmission.Key] = new("log-loss", LinearTrainer.Key, "An item with the same key", tables => tables with { Test = tables.Test + tables.Test.Split('\n')[1] + "\n" }),
        ["without-module"] = new("accuracy", LightGbm.Key, "lib_lightgbm' or one of its dependencies", Hidden: "lib_lightgbm"),
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_program_that_failed_is_mended_and_runs(string mend)
    {
        Fault fault = Cases[mend];
        Tables tables = Tables.Make(fault.Metric);
        tables = fault.Change is { } change ? change(tables) : tables;
        Problem problem = new(tables.Task, tables.Profile, 2) { Language = ProgramLanguage.CSharp };
        Recipe recipe = Drafts.Start(problem, Catalogue.Family(fault.Family)!);
        using CSharpEnvironment csharp = new();
        (string code, var reasons) = Composer.Compose(problem, recipe);
        string output = await RunAsync(csharp, "before", code, tables, fault.Hidden);
        output.ShouldContain(fault.Says, Case.Sensitive, output);

        // Read as the run reads it.
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(output);
        ExecutionResult result = new(Ending.Signalled, null, 6, false, 3, 3, 1 << 20, bytes, bytes.Length, []);
        Failure failure = FailureReading.Of(result, ExecutionLimits.Default)!;
        JournalBuilder run = Failed(tables, code, reasons, recipe, failure);
        Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Debug, 1, 1))!;

        run.Propose(proposal);
        Notes.Of(run.Journal.Nodes[^1])!.Name.ShouldBe(mend);
        string after = await RunAsync(csharp, "after", proposal.Code, tables, fault.Hidden);
        after.ShouldStartWith("score: ", Case.Sensitive, after);
    }

    [Theory]
    [InlineData(FailureKind.TimeOut, "did not end within 60 s")]
    [InlineData(FailureKind.OutOfMemory, "ran out of memory (2.0 GiB)")]
    public async Task A_program_too_large_does_less(FailureKind kind, string message)
    {
        Tables tables = Tables.Make("multi-class-log-loss");
        Problem problem = new(tables.Task, tables.Profile with { TrainRows = 20_000 }, 2) { Language = ProgramLanguage.CSharp };
        tables = tables with { Profile = problem.Profile };
        Recipe recipe = Drafts.Start(problem, Catalogue.Family(LightGbm.Key)!).Add(Catalogue.Family(FastForest.Key)!.Default(problem)).Put(Part.Of(SeedBag.Key).Set("seeds", 3));
        (string code, var reasons) = Composer.Compose(problem, recipe);
        JournalBuilder run = Failed(tables, code, reasons, recipe, new Failure(kind, message, null, null));

        Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Debug, 1, 1))!;

        run.Propose(proposal);
        Recipe less = Notes.Of(run.Journal.Nodes[^1])!.Recipe;
        Costs.Seconds(problem, less).ShouldBeLessThan(Costs.Seconds(problem, recipe) * (kind == FailureKind.OutOfMemory ? 1 : 0.5));
        proposal.Code.ShouldContain(kind == FailureKind.OutOfMemory ? "MaxDegreeOfParallelism = 1 " : "MaxDegreeOfParallelism = cores ");
    }

    private static JournalBuilder Failed(Tables tables, string code, System.Collections.Immutable.ImmutableArray<Reason> reasons, Recipe recipe, Failure failure)
    {
        JournalBuilder run = new JournalBuilder(tables.Task, tables.Profile, language: ProgramLanguage.CSharp).Begin(Operator.Draft);
        run.Propose(new Proposal("A plan.", code, reasons, new Notes("draft", "test", 5, recipe.Parts).ToJson())).Execute(Digest.Of("output"));
        run.Add(new NodeFailed(1, failure));
        return run.Begin(Operator.Debug, 1);
    }

    private static async Task<string> RunAsync(CSharpEnvironment csharp, string name, string code, Tables tables, string? hidden)
    {
        string folder = csharp.Lay(name, code, tables);
        return (hidden is null ? await csharp.ExecuteAsync(folder) : await csharp.ExecuteWithoutAsync(hidden, folder))[0];
    }

    internal static string Cell(string csv, int row, int column, string value)
    {
        string[] lines = csv.TrimEnd('\n').Split('\n');
        string[] cells = lines[row].Split(',');
        cells[column] = value;
        lines[row] = string.Join(',', cells);
        return string.Join('\n', lines) + "\n";
    }

    private sealed record Fault(string Metric, string Family, string Says, Func<Tables, Tables>? Change = null, string? Hidden = null);
}
