using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>The engineer's C# programs, really compiled and run.</summary>
public sealed class CSharpExecutionTests
{
    private static bool IsTorture => Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1";

    private static IEnumerable<string> Metrics => IsTorture ? Samples.Metrics : ["multi-class-log-loss"];

    /// <remarks>Many classes are many trees: in torture.</remarks>
    public static TheoryData<string> Repeated => IsTorture ? ["multi-class-log-loss", "rmsle"] : ["rmsle"];

    [Fact]
    public async Task Programs_run_and_write_what_the_contract_asks()
    {
        using CSharpEnvironment csharp = new();
        List<(string Metric, Tables Tables, string Folder)> laid = [];
        foreach (string metric in Metrics)
        {
            Tables tables = Tables.Make(metric);
            List<Proposal> proposals = (await Rehearsal.PlayAsync(tables.Task, tables.Profile, 1, 12, failures: 0, language: ProgramLanguage.CSharp)).Proposals;
            // Drafts are one family each; the last improvement stands for blends, features and seeds on top of them.
            foreach ((int number, Proposal proposal) in proposals.Index().Where(entry => entry.Index is < 4 or > 10))
            {
                laid.Add((metric, tables, csharp.Lay($"{metric}-{number}", proposal.Code, tables)));
            }
        }

        string[] outputs = await csharp.ExecuteAsync([.. laid.Select(entry => entry.Folder)]);

        foreach ((int i, (string metric, Tables tables, string folder)) in laid.Index())
        {
            string last = outputs[i].TrimEnd().Split('\n')[^1];
            last.ShouldStartWith("score: ", Case.Sensitive, $"{folder}: {outputs[i]}");
            double claim = double.Parse(last["score: ".Length..], CultureInfo.InvariantCulture);
            claim.ShouldBeInRange(metric is "accuracy" or "roc-auc" ? 0.7 : 0, metric switch { "rmse" or "mae" => 60, "rmsle" => 0.5, _ => 1 }, folder);
            string[] submission = await File.ReadAllLinesAsync(Path.Combine(folder, "submission.csv"), TestContext.Current.CancellationToken);
            string[] sample = tables.Sample.TrimEnd().Split('\n');
            submission.Select(line => line.Split(',')[0]).ShouldBe(sample.Select(line => line.Split(',')[0]));
            submission[0].ShouldBe(sample[0]);
            submission.Skip(1).ShouldAllBe(line => line.Split(',').Skip(1).All(value => double.IsFinite(double.Parse(value, CultureInfo.InvariantCulture))));
            (await File.ReadAllLinesAsync(Path.Combine(folder, "working", "oof.csv"), TestContext.Current.CancellationToken)).Length.ShouldBe(tables.Train.TrimEnd().Split('\n').Length);
            string meta = await File.ReadAllTextAsync(Path.Combine(folder, "working", "meta.json"), TestContext.Current.CancellationToken);
            Math.Round(System.Text.Json.JsonDocument.Parse(meta).RootElement.GetProperty("score").GetDouble(), 6).ShouldBe(claim, 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Repeated))]
    public async Task The_same_program_writes_the_same_bytes(string metric)
    {
        using CSharpEnvironment csharp = new();
        Tables tables = Tables.Make(metric);
        // All families at once, so that whichever depends on how threads meet would show.
        Problem problem = new(tables.Task, tables.Profile, 2) { Language = ProgramLanguage.CSharp };
        ModelFamily[] families = [.. Catalogue.Families.Where(family => family.Fits(problem))];
        families.Length.ShouldBe(4);
        Recipe recipe = families.Aggregate(Drafts.Start(problem, families[0]), (sum, family) => sum.Put(family.Default(problem))).Put(Part.Of(Pool.Key));
        string code = Composer.Compose(problem, recipe).Code;
        string[] folders = [.. Enumerable.Range(0, 2).Select(again => csharp.Lay($"again-{again}", code, tables))];

        string[] outputs = await csharp.ExecuteAsync(folders);

        outputs.ShouldAllBe(output => output.StartsWith("score: "));
        byte[][] files = [.. folders.Select(folder => File.ReadAllBytes(Path.Combine(folder, "submission.csv")))];
        files[1].AsSpan().SequenceEqual(files[0]).ShouldBeTrue();
    }
}
