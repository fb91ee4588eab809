using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Engineering;

public sealed class ExecutionTests
{
    [Fact]
    public async Task Programs_of_every_metric_run_and_write_what_the_contract_asks()
    {
        using Python python = new();
        List<(string Metric, Tables Tables, string Folder)> laid = [];
        foreach (string metric in Samples.Metrics)
        {
            Tables tables = Tables.Make(metric);
            (List<Proposal> proposals, _) = await Rehearsal.PlayAsync(tables.Task, tables.Profile, 1, 11, failures: 0);
            // Drafts are one family each; the last improvements stand for blends, features and seeds on top of them.
            foreach ((int number, Proposal proposal) in proposals.Index().Where(entry => entry.Index < 5 || entry.Index > 8))
            {
                laid.Add((metric, tables, python.Lay($"{metric}-{number}", proposal.Code, tables.Train, tables.Test, tables.Sample)));
            }
        }

        string[] outputs = await Python.ExecuteAsync(null, [.. laid.Select(entry => entry.Folder)]);

        foreach ((int i, (string metric, Tables tables, string folder)) in laid.Index())
        {
            string last = outputs[i].TrimEnd().Split('\n')[^1];
            last.ShouldStartWith("score: ", Case.Sensitive, outputs[i]);
            double claim = double.Parse(last["score: ".Length..], CultureInfo.InvariantCulture);
            claim.ShouldBeInRange(0, metric switch { "rmse" or "mae" => 75, "rmsle" => 0.5, _ => 1.2 });
            string[] submission = await File.ReadAllLinesAsync(Path.Combine(folder, "submission.csv"), TestContext.Current.CancellationToken);
            string[] sample = tables.Sample.TrimEnd().Split('\n');
            submission.Select(line => line.Split(',')[0]).ShouldBe(sample.Select(line => line.Split(',')[0]));
            submission[0].ShouldBe(sample[0]);
            submission.Skip(1).ShouldAllBe(line => line.Split(',').Skip(1).All(value => double.IsFinite(double.Parse(value, CultureInfo.InvariantCulture))));
            File.Exists(Path.Combine(folder, "working", "oof.csv")).ShouldBeTrue();
            (await File.ReadAllTextAsync(Path.Combine(folder, "working", "meta.json"), TestContext.Current.CancellationToken)).ShouldContain("\"score\"");
        }
    }

    [Fact]
    public async Task Programs_that_were_tuned_ablated_merged_and_simplified_run_too()
    {
        using Python python = new();
        List<(Operator Operator, string Folder)> laid = [];
        foreach (string metric in (string[])["rmse", "multi-class-log-loss"])
        {
            Tables tables = Tables.Make(metric);
            HashSet<Operator> used = [];

            // Not every run leaves something out: others are played until one of them does.
            for (int seed = 1; seed <= 12 && used.Count < 3; seed++)
            {
                (List<Proposal> proposals, JournalBuilder run) = await Rehearsal.PlayAsync(tables.Task, tables.Profile, seed, 40, failures: 0, policy: "operators");
                Node[] written = [.. run.Journal.Nodes.Where(node => node.Code is not null)];
                foreach (var byOperator in written.Zip(proposals).Where(entry => entry.First.Operator > Operator.Improve).GroupBy(entry => entry.First.Operator).Where(group => used.Add(group.Key)))
                {
                    laid.AddRange(byOperator.Take(2).Select(entry => (byOperator.Key, python.Lay($"{metric}-{seed}-{entry.First.Id}", entry.Second.Code, tables.Train, tables.Test, tables.Sample))));
                }
            }
        }

        laid.Select(entry => entry.Operator).Distinct().Count().ShouldBeGreaterThanOrEqualTo(3);
        string[] outputs = await Python.ExecuteAsync(null, [.. laid.Select(entry => entry.Folder)]);
        outputs.ShouldAllBe(output => output.TrimEnd().Split('\n', StringSplitOptions.None).Last().StartsWith("score: "));
    }

    [Fact]
    public async Task The_same_program_writes_the_same_bytes()
    {
        using Python python = new();
        Tables tables = Tables.Make("multi-class-log-loss");
        // All families at once, so that whichever depends on how threads meet would show.
        Problem problem = new(tables.Task, tables.Profile, 2);
        Recipe recipe = Catalogue.Families.Where(family => family.Fits(problem))
            .Aggregate(Drafts.Start(problem, Catalogue.Families[0]), (sum, family) => sum.Put(family.Default(problem))).Put(Part.Of(Pool.Key));
        string code = Composer.Compose(problem, recipe).Code;
        string[] folders = [.. Enumerable.Range(0, 2).Select(again => python.Lay($"again-{again}", code, tables.Train, tables.Test, tables.Sample))];

        await Python.ExecuteAsync(null, folders);

        byte[][] files = [.. folders.Select(folder => File.ReadAllBytes(Path.Combine(folder, "submission.csv")))];
        files[1].AsSpan().SequenceEqual(files[0]).ShouldBeTrue();
    }
}
