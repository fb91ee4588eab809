using System.Globalization;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.Models;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>Texts, pictures and days: what is made for them is drafted first, runs, and sees what nothing else does.</summary>
public sealed class KindsOfDataTests
{
    private const int Rows = 240;
    private const int TestRows = 40;

    [Fact]
    public async Task Pictures_texts_and_days_are_learnt_by_what_is_made_for_them()
    {
        using Python python = new();
        (string Train, string Test, string Sample, Problem Problem)[] kinds = [Pictures(), Texts(), Days(), Texts(), Routes(), Texts(rows: 500), Pictures(), Pictures()];
        string[] programs =
        [
            Composer.Compose(kinds[0].Problem, Drafts.Start(kinds[0].Problem, Catalogue.Family(PictureModel.Key)!)).Code,
            Composer.Compose(kinds[1].Problem, Drafts.Start(kinds[1].Problem, Catalogue.Family(PieceModel.Key)!)).Code,
            Composer.Compose(kinds[2].Problem, Drafts.Start(kinds[2].Problem, Catalogue.Family(LinearModel.Key)!)).Code,
            Composer.Compose(kinds[3].Problem, Drafts.Start(kinds[3].Problem, Catalogue.Family(PieceLines.Key)!)).Code,
            Composer.Compose(kinds[4].Problem, Drafts.Start(kinds[4].Problem, Catalogue.Family(PairLines.Key)!)).Code,
            Composer.Compose(kinds[5].Problem, Drafts.Start(kinds[5].Problem, Catalogue.Family(BoostedTrees.Key)!)).Code,
            Composer.Compose(kinds[6].Problem, Drafts.Start(kinds[6].Problem, Catalogue.Family(PictureKernel.Key)!)).Code,
            Composer.Compose(kinds[7].Problem, Mirrored(Drafts.Start(kinds[7].Problem, Catalogue.Family(PictureKernel.Key)!))).Code,
        ];
        string[] folders = [.. kinds.Zip(programs).Select((entry, at) => python.Lay($"kind{at}", entry.Second, entry.First.Train, entry.First.Test, entry.First.Sample))];

        double[] claims = [.. (await Python.ExecuteAsync(null, folders)).Select(Claim)];

        claims[0].ShouldBeGreaterThan(0.95, "accuracy where a single pixel tells nothing of the edge's direction");
        claims[6].ShouldBeGreaterThan(0.95, "accuracy where a single pixel tells nothing of the edge's direction");
        claims[7].ShouldBeGreaterThan(0.95, "what lies or stands does so in the mirror");
        programs[7].ShouldContain("for mirrored in (False, True)");
        claims[1].ShouldBeLessThan(0.3, "log loss where the ending of words alone tells the class");
        claims[2].ShouldBeLessThan(1.0, "mean absolute error where weekdays and days off alone move the number by 5 and more");
        claims[3].ShouldBeLessThan(0.3, "log loss where the ending of words alone tells the class");
        claims[4].ShouldBeGreaterThan(0.8, "area under the curve where a pair of places tells the class, and neither place alone");
        programs[5].ShouldContain("CountVectorizer", Case.Sensitive, "trees see the common words");
        programs[..2].ShouldAllBe(program => program.Contains("learns from all rows", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_made_for_the_data_is_drafted_first()
    {
        Drafted(Pictures().Problem).ShouldBe(PictureKernel.Key);
        Drafted(Texts().Problem).ShouldBeOneOf(WordModel.Key, PieceModel.Key);
    }

    [Fact]
    public void Models_that_see_no_features_are_given_none()
    {
        Problem problem = Routes().Problem;
        JournalBuilder run = new(problem.Task, problem.Profile, 1);
        Recipe alone = Drafts.Start(problem, Catalogue.Family(PairLines.Key)!);
        Recipe blend = alone.Add(Catalogue.Family(BoostedTrees.Key)!.Default(problem));

        Improvements.Moves(problem, alone, null, new Experience(run.Journal)).ShouldNotContain(move => move.Kind == "features");
        Improvements.Moves(problem, blend, null, new Experience(run.Journal)).ShouldContain(move => move.Kind == "features");
    }

    [Fact]
    public void Pairs_are_learnt_alone_only_where_they_are_of_half_of_the_columns()
    {
        Problem problem = Routes().Problem;
        Problem wide = problem with { Profile = problem.Profile with { Columns = [.. Enumerable.Range(0, 3).Select(at => Samples.Number($"more{at}", 0, 9, 9, null)), .. problem.Profile.Columns] } };
        wide = new Problem(wide.Task, wide.Profile, 2);

        Catalogue.Family(PairLines.Key)!.Fits(problem).ShouldBeTrue();
        Catalogue.Family(PairLines.Key)!.Fits(wide).ShouldBeFalse();
    }

    [Fact]
    public void Where_all_rows_predict_test_more_folds_are_no_idea()
    {
        Problem problem = Texts().Problem;
        JournalBuilder run = new(problem.Task, problem.Profile, 1);
        Recipe all = Drafts.Start(problem, Catalogue.Family(PieceLines.Key)!);

        Improvements.Moves(problem, all, null, new Experience(run.Journal)).ShouldNotContain(move => move.Kind == "folds");
        Improvements.Moves(problem, all, null, new Experience(run.Journal)).Single(move => move.Name == "mean of folds").After.Has(AllRows.Key).ShouldBeFalse();
        Improvements.Moves(problem, all.Without(AllRows.Key), null, new Experience(run.Journal)).ShouldContain(move => move.Kind == "folds");
    }

    [Theory]
    [InlineData("a pixel is missing somewhere", false)]
    [InlineData("a pixel is named otherwise", false)]
    [InlineData("not a square", false)]
    [InlineData("measures, not bytes", false)]
    [InlineData("a border that is always dark", true)]
    public void Columns_are_pictures_only_where_all_of_them_can_be(string what, bool are)
    {
        Problem problem = Pictures().Problem;
        ColumnProfile last = problem.Profile.Columns[^2];
        DataProfile profile = problem.Profile with
        {
            Columns = what switch
            {
                "a pixel is missing somewhere" => problem.Profile.Columns.Replace(last, last with { Missing = 1 }),
                "a pixel is named otherwise" => problem.Profile.Columns.Replace(last, last with { Name = "weight" }),
                "not a square" => problem.Profile.Columns.Remove(last),
                "measures, not bytes" => problem.Profile.Columns.Replace(last, last with { Numbers = last.Numbers! with { Whole = false } }),
                _ => problem.Profile.Columns.Replace(last, last with { Distinct = 1, Numbers = last.Numbers! with { Maximum = 0 } }),
            },
        };
        Catalogue.Family(PictureModel.Key)!.Fits(problem with { Profile = profile }).ShouldBe(are);
    }

    private static Recipe Mirrored(Recipe recipe) => recipe.Put(recipe[PictureKernel.Key]!.Set("mirrored", 1));

    private static double Claim(string output)
    {
        string last = output.TrimEnd().Split('\n')[^1];
        last.ShouldStartWith("score: ", Case.Sensitive, output);
        return double.Parse(last["score: ".Length..], CultureInfo.InvariantCulture);
    }

    private static string Drafted(Problem problem)
    {
        JournalBuilder run = new(problem.Task, problem.Profile, 1);
        return Drafts.Next(problem, run.Journal, new Experience(run.Journal), new Draws(1, 0, "drafts"), new Allowance(60, 60, 60, 600))!.Recipe.Models.Single().Family.Name;
    }

    /// <summary>A bar that lies or stands, anywhere in 8 by 8 pixels, dark on light or light on dark.</summary>
    private static (string Train, string Test, string Sample, Problem Problem) Pictures() => Lay("accuracy", ["lies", "stands"], [.. Enumerable.Range(0, 64).Select(pixel => $"pixel{pixel}")], (draws, answer) =>
    {
        int at = 1 + draws.NextIndex(6), from = draws.NextIndex(3);
        bool dark = draws.NextIndex(2) == 0;
        return [.. Enumerable.Range(0, 64).Select(pixel =>
        {
            (int across, int along) = answer == 0 ? (pixel / 8, pixel % 8) : (pixel % 8, pixel / 8);
            bool bar = across == at && along >= from && along < from + 6;
            return ((bar == dark ? 40 : 200) + draws.NextIndex(40)).ToString(CultureInfo.InvariantCulture);
        })];
    }, name => Samples.Number(name, 0, 255, 80, null, whole: true));

    /// <summary>Words that are never the same, but end in one way or the other.</summary>
    private static (string Train, string Test, string Sample, Problem Problem) Texts(int rows = Rows) => Lay("log-loss", ["0", "1"], ["note"], (draws, answer) =>
    [
        string.Join(' ', Enumerable.Range(0, 12).Select(_ => string.Concat(Enumerable.Range(0, 5).Select(_ => (char)('a' + draws.NextIndex(16)))) + (answer == 0 ? "ung" : "keit"))),
    ], name => new ColumnProfile(name, ColumnKind.Text, 0, rows, null, [], 110, true, 1, null), rows: rows);

    /// <summary>Eight places to start from and eight to arrive at: what counts is whether both are even or both odd.</summary>
    private static (string Train, string Test, string Sample, Problem Problem) Routes() => Lay("roc-auc", ["0", "1"], ["from", "to"], (draws, answer) =>
    {
        int from = draws.NextIndex(8);
        return [$"p{from}", $"q{(2 * draws.NextIndex(4)) + ((from + answer) % 2)}"];
    }, name => Samples.Words(name, [.. Enumerable.Range(0, 8).Select(place => $"{(name == "from" ? 'p' : 'q')}{place}")]));

    /// <summary>Two and a half years, day by day: little on Sundays, less on days off.</summary>
    private static (string Train, string Test, string Sample, Problem Problem) Days()
    {
        string[] daysOff = ["01-01", "07-04", "12-25", "11-11"];
        int day = 0;
        return Lay("mae", [], ["date"], (_, _) => [new DateTime(2014, 1, 1).AddDays(day++).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)],
            name => new ColumnProfile(name, ColumnKind.Date, 0, Rows * 3, null, [], 10, true, 1, null),
            cells => DateTime.Parse(cells[0], CultureInfo.InvariantCulture) is var date && daysOff.Contains(date.ToString("MM-dd", CultureInfo.InvariantCulture)) ? 2
                : date.DayOfWeek == DayOfWeek.Sunday ? 10 : 20, rows: Rows * 3);
    }

    private static (string Train, string Test, string Sample, Problem Problem) Lay(
        string metric, string[] classes, string[] columns, Func<Draws, int, string[]> row, Func<string, ColumnProfile> profile, Func<string[], double>? number = null, int rows = Rows)
    {
        TaskFacts task = Samples.MixedTask(metric);
        StringBuilder train = new($"id,{string.Join(',', columns)},{task.Label}\n"), test = new($"id,{string.Join(',', columns)}\n");
        StringBuilder sample = new($"id,{string.Join(',', task.Targets)}\n");
        Draws draws = new(3, 0, "kinds");
        for (int at = 0; at < rows + TestRows; at++)
        {
            int answer = draws.NextIndex(2);
            string[] cells = row(draws, answer);
            if (at < rows)
            {
                string label = number is null ? classes[answer] : (number(cells) + draws.NextDouble()).ToString("F2", CultureInfo.InvariantCulture);
                train.Append(CultureInfo.InvariantCulture, $"{at},{string.Join(',', cells)},{label}\n");
            }
            else
            {
                test.Append(CultureInfo.InvariantCulture, $"{at},{string.Join(',', cells)}\n");
                sample.Append(CultureInfo.InvariantCulture, $"{at},{(number is null ? classes[0] : "0")}\n");
            }
        }

        ColumnProfile answers = number is null ? Samples.Words(task.Label, classes) : Samples.Number(task.Label, 0, 25, 200, null);
        DataProfile data = new(rows, TestRows, [Samples.Id(rows), .. columns.Select(profile), answers with { InTest = false }],
            number is null ? [.. classes.Select(name => new ValueCount(name, rows / classes.Length))] : []);
        return (train.ToString(), test.ToString(), sample.ToString(), new Problem(task, data, 2));
    }
}
