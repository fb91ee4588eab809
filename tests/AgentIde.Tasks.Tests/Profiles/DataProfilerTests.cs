using System.Globalization;
using System.Text.Json.Nodes;
using AgentIde.Core.Engineering;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Profiles;

namespace AgentIde.Tasks.Tests.Profiles;

public class DataProfilerTests
{
    private const string Script = """
        import json, sys
        import pandas as pd
        job = json.load(sys.stdin)
        train, test = pd.read_csv(job['train']), pd.read_csv(job['test'])
        label = train[job['label']].rank()
        out = {}
        for c in train.columns:
            v = train[c]
            one = {'missing': int(v.isna().sum()), 'distinct': int(v.nunique()), 'numeric': v.dtype.kind in 'if'}
            if one['numeric']:
                q = v.quantile([0, .25, .5, .75, 1]).tolist()
                d = v - v.mean()
                one['numbers'] = q + [v.mean(), v.std(ddof=0), (d ** 3).mean() / (d ** 2).mean() ** 1.5, int((v == 0).sum()), int((v < 0).sum())]
                one['spearman'] = v.rank().corr(label)
            one['unseen'] = float((~test[c].isin(v)).mean()) if c in test else 0.0
            out[c] = one
        json.dump(out, sys.stdout)
        """;

    [Fact]
    public async Task The_figures_are_those_of_pandas()
    {
        TaskFolder task = TaskFolder.Read(Path.Combine(Repository.Root, "tasks", "diamonds"));
        DataProfile profile = DataProfiler.Profile(task);
        JsonObject job = new() { ["train"] = task.TrainFile, ["test"] = task.TestFile, ["label"] = task.Facts.Label };
        JsonObject theirs = JsonNode.Parse(await Python.RunAsync(Script, job.ToJsonString()))!.AsObject();

        profile.TrainRows.ShouldBe(37_758);
        profile.TestRows.ShouldBe(16_182);
        profile.Classes.ShouldBeEmpty();
        profile.Columns.Select(column => column.Name).ShouldBe(theirs.Select(pair => pair.Key));
        foreach (ColumnProfile column in profile.Columns)
        {
            JsonNode expected = theirs[column.Name]!;
            column.Missing.ShouldBe((int)expected["missing"]!);
            column.Distinct.ShouldBe((int)expected["distinct"]!);
            column.UnseenInTest.ShouldBe((double)expected["unseen"]!, 1e-12);
            column.InTest.ShouldBe(column.Name != "price");
            column.Kind.ShouldBe((bool)expected["numeric"]! ? ColumnKind.Number : ColumnKind.Category);
            if (column.Numbers is { } numbers)
            {
                double[] ours = [numbers.Minimum, numbers.Quarter, numbers.Median, numbers.ThreeQuarters, numbers.Maximum, numbers.Mean, numbers.StandardDeviation, numbers.Skewness, numbers.Zeros, numbers.Negatives];
                double[] figures = [.. expected["numbers"]!.AsArray().Select(figure => (double)figure!)];
                for (int index = 0; index < ours.Length; index++)
                {
                    ours[index].ShouldBe(figures[index], 1e-9 * Math.Max(1, Math.Abs(figures[index])), $"{column.Name} {index}");
                }

                column.TargetCorrelation!.Value.ShouldBe((double)expected["spearman"]!, 1e-9);
            }
        }

        profile["cut"].Top.Select(value => value.Value).ShouldBe(["Ideal", "Premium", "Very Good", "Good", "Fair"]);
        profile["carat"].Top.ShouldBeEmpty();
        profile["price"].Numbers!.Whole.ShouldBeTrue();
        profile["carat"].Numbers!.Whole.ShouldBeFalse();
    }

    [Theory]
    [InlineData("1|2.5|-3e4|NA", ColumnKind.Number)]
    [InlineData("0|1|0|1", ColumnKind.Number)]
    [InlineData("red|blue|red|", ColumnKind.Category)]
    [InlineData("1|2|3|x", ColumnKind.Category)]
    [InlineData("True|False|True|", ColumnKind.Boolean)]
    [InlineData("yes|no|no|yes", ColumnKind.Boolean)]
    [InlineData("2001-02-03|2001-12-31||2002-01-01", ColumnKind.Date)]
    [InlineData("2001/02/01 11:47|2001/03/28 17:55|2001/1/2 1:00|2001/01/02 10:00", ColumnKind.Date)]
    [InlineData("2001-02-03T10:11:12Z|2001-02-03T10:11:12.5Z|2001-02-03|", ColumnKind.Date)]
    [InlineData("20010203|20011231|19990101|20240229", ColumnKind.Date)]
    [InlineData("20010203|20011231|19990101|20240230", ColumnKind.Number)]
    [InlineData("2001-02-03|2001-02-30|2001-02-03|2001-02-03", ColumnKind.Category)]
    [InlineData("|NA|nan|", ColumnKind.Empty)]
    [InlineData("it was the best of times|it was the worst of times|it was the age of wisdom|it was the age of foolishness", ColumnKind.Text)]
    [InlineData("New York City|Los Angeles|New York City|San Francisco", ColumnKind.Category)]
    public void The_kind_of_a_column_follows_from_its_content(string values, ColumnKind kind)
    {
        using TaskBuilder task = new();
        string[] texts = values.Split('|');
        task.Text("public/train.csv", "id,rooms,rent\n" + string.Concat(texts.Select((text, row) => $"{row + 10},{text},1\n")));
        ColumnProfile column = DataProfiler.Profile(task.Read())["rooms"];
        column.Kind.ShouldBe(kind);
        column.Missing.ShouldBe(texts.Count(text => text is "" or "NA" or "nan"));
        (column.Numbers is not null).ShouldBe(kind == ColumnKind.Number);
    }

    [Theory]
    [InlineData("#N/A")]
    [InlineData("#N/A N/A")]
    [InlineData("#NA")]
    [InlineData("-1.#IND")]
    [InlineData("-1.#QNAN")]
    [InlineData("-NaN")]
    [InlineData("-nan")]
    [InlineData("1.#IND")]
    [InlineData("1.#QNAN")]
    [InlineData("<NA>")]
    [InlineData("N/A")]
    [InlineData("NULL")]
    [InlineData("NaN")]
    [InlineData("n/a")]
    [InlineData("null")]
    public void Every_text_that_pandas_takes_for_a_missing_value_is_one(string text)
    {
        using TaskBuilder task = new();
        task.Text("public/train.csv", $"id,rooms,rent\n1,{text},1\n2,-1,1\n3,1.5,2\n");
        ColumnProfile column = DataProfiler.Profile(task.Read())["rooms"];
        column.Missing.ShouldBe(1);
        column.Kind.ShouldBe(ColumnKind.Number);
    }

    [Fact]
    public void Classes_come_most_frequent_first_and_only_for_class_labels()
    {
        using TaskBuilder task = new();
        task.Replace("task.yaml", "metric: rmse", "metric: accuracy").Text("public/train.csv", "id,rooms,rent\n1,1,low\n2,2,high\n3,1,high\n4,1,mid\n").Delete("private/answers.csv");
        DataProfile profile = DataProfiler.Profile(task.Read());
        profile.Classes.ShouldBe([new ValueCount("high", 2), new ValueCount("low", 1), new ValueCount("mid", 1)]);
        profile["rooms"].TargetCorrelation.ShouldBeNull();
    }

    [Fact]
    public void A_constant_column_and_huge_numbers_have_finite_figures()
    {
        using TaskBuilder task = new();
        task.Text("public/train.csv", "id,rooms,rent\n1,7,1e200\n2,7,-1e200\n3,7,3e200\n");
        DataProfile profile = DataProfiler.Profile(task.Read());
        profile["rooms"].Numbers!.StandardDeviation.ShouldBe(0);
        profile["rooms"].Numbers!.Skewness.ShouldBe(0);
        profile["rooms"].TargetCorrelation.ShouldBeNull();
        profile["rent"].Numbers!.Mean.ShouldBe(1e200, 1e186);
        double.IsFinite(profile["rent"].Numbers!.StandardDeviation).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(TaskFolders))]
    public void Real_tasks_have_a_profile_that_is_the_same_each_time(string path)
    {
        TaskFolder task = TaskFolder.Read(path);
        DataProfile profile = DataProfiler.Profile(task);
        DataProfile again = DataProfiler.Profile(task);
        again.Columns.Select(column => column with { Top = [] }).ShouldBe(profile.Columns.Select(column => column with { Top = [] }));
        again.Columns.SelectMany(column => column.Top).ShouldBe(profile.Columns.SelectMany(column => column.Top));
        profile.Columns.ShouldAllBe(column => column.UnseenInTest >= 0 && column.UnseenInTest <= 1 && column.Distinct <= profile.TrainRows);
        profile[task.Facts.Label].InTest.ShouldBeFalse();
    }

    public static TheoryData<string> TaskFolders => [.. Repository.ShippedTasks, .. Repository.SharedTasks.Where(path => Path.GetFileName(path) is "flight-delays" or "spam-mail" or "train-ridership")];
}
