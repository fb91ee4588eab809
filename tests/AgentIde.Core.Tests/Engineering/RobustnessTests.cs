using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.Mends;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>Data that teaches nothing, or that is not what it seems. The programs are really run.</summary>
public sealed class RobustnessTests
{
    [Fact]
    public async Task Without_a_column_to_learn_from_it_guesses_well_once_and_is_done()
    {
        Tables[] all = [.. Samples.Metrics.Select(metric => WithoutInputs(Tables.Make(metric)))];

        foreach ((Tables tables, double[][] guesses) in await OnlyProposalsAsync(all))
        {
            guesses.ShouldAllBe(row => row.SequenceEqual(guesses[0]));
            string said = string.Join('\n', new BuiltInEngineer().Observe(tables.Task, tables.Profile));
            said.ShouldContain("none that test has too tells one row from another");
            said.ShouldContain("for every row is all there is to say");
            said.ShouldNotContain("0 columns");
        }
    }

    [Fact]
    public async Task With_one_class_in_train_it_guesses_that_class_once_and_is_done()
    {
        Tables[] all = [.. Samples.Metrics.Where(metric => !Samples.IsNumber(metric)).Select(metric => WithOneClass(Tables.Make(metric)))];

        foreach ((Tables tables, double[][] guesses) in await OnlyProposalsAsync(all))
        {
            double[] expected = tables.Task.Targets.Length > 1 ? [0, 1, 0] : [1];
            guesses.ShouldAllBe(row => row.SequenceEqual(expected));
            string said = string.Join('\n', new BuiltInEngineer().Observe(tables.Task, tables.Profile));
            said.ShouldContain($"price is {tables.Profile.Classes[0].Value} in all rows of train");
            said.ShouldNotContain("1 classes");
        }
    }

    [Theory]
    [InlineData("rmse")]
    [InlineData("roc-auc")]
    public async Task Known_words_infinities_and_absurd_values_break_no_family(string metric)
    {
        Tables tables = WithOddCells(Tables.Make(metric));
        ImmutableArray<ColumnProfile> columns =
            [.. tables.Profile.Columns.Select(column => column.Name is "carat" or "width" ? column with { Unreadable = 3 } : column)];
        tables = tables with { Profile = tables.Profile with { Columns = columns } };
        Problem problem = new(tables.Task, tables.Profile, 2);
        using Python python = new();
        string[] folders =
        [
            .. Catalogue.Families.Where(family => family.Fits(problem))
                .Select(family => Lay(python, family.Name, Composer.Compose(problem, Drafts.Start(problem, family)).Code, tables)),
        ];
        folders.Length.ShouldBeGreaterThanOrEqualTo(5);

        string[] outputs = await Python.ExecuteAsync(null, folders);

        outputs.ShouldAllBe(output => output.StartsWith("score: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_one_debug_taught_all_later_recipes_know()
    {
        Tables tables = WithOddCells(Tables.Make("rmse"));
        using Python python = new();
        JournalBuilder run = new(tables.Task, tables.Profile);
        for (int node = 1; node <= 3; node++)
        {
            run.Begin(Operator.Draft);
            Proposal draft = (await Rehearsal.ProposeAsync(run.Journal, Operator.Draft, null, 1))!;
            run.Propose(draft).Execute(Digest.Of("output")).Add(new NodeFailed(node, new Failure(FailureKind.Exception, await FailureAsync(python, $"draft-{node}", draft, tables), null, null)));
        }

        int failing = 3;
        string? message = "";
        while (message is not null)
        {
            run.Begin(Operator.Debug, failing);
            failing = run.Journal.Nodes.Count;
            failing.ShouldBeLessThan(7, "each cause needs one step");
            Proposal mended = (await Rehearsal.ProposeAsync(run.Journal, Operator.Debug, run.Journal.Nodes[^1].Parent, 1))!;
            message = await ResultAsync(python, $"debug-{failing}", mended, tables);
            run.Propose(mended).Execute(Digest.Of("output"));
            _ = message is null ? run.Score(20) : run.Add(new NodeFailed(failing, new Failure(FailureKind.Exception, message, null, null)));
        }

        List<string> folders = [];
        int valid = run.Journal.Nodes.Count;
        foreach ((Operator step, int? parent) in ((Operator, int?)[])[(Operator.Draft, null), (Operator.Draft, null), (Operator.Debug, 1), (Operator.Improve, valid)])
        {
            run.Begin(step, parent is { } one ? [one] : []);
            Proposal later = (await Rehearsal.ProposeAsync(run.Journal, step, parent, 1))!;
            Recipe recipe = new(NotesOf(run, later).Parts);
            recipe.Has(NumbersFromText.Key).ShouldBeTrue(later.Plan);
            recipe.Has(FillGaps.Key).ShouldBeTrue(later.Plan);
            folders.Add(Lay(python, $"later-{run.Journal.Nodes.Count}", later.Code, tables));
            run.Score(19);
        }

        (await Python.ExecuteAsync(null, [.. folders])).ShouldAllBe(output => output.StartsWith("score: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Absent_columns_of_two_nodes_are_absent_for_all()
    {
        Mend mend = (Mend)Catalogue.Get(AbsentColumns.Key);
        Part one = Part.Of(AbsentColumns.Key).Set("columns", "[\"x\",\"y\"]");

        Part both = mend.Join(one, Part.Of(AbsentColumns.Key).Set("columns", "[\"y\",\"z\"]"));

        both.With["columns"].ShouldBe("[\"x\",\"y\",\"z\"]");
    }

    [Fact]
    public async Task After_four_failures_without_a_score_a_guess_that_reads_no_column_comes_first()
    {
        Tables tables = Tables.Make("mae");
        JournalBuilder run = new(tables.Task, tables.Profile);
        for (int node = 1; node <= 4; node++)
        {
            run.Begin(Operator.Draft).Propose((await Rehearsal.ProposeAsync(run.Journal, Operator.Draft, null, 1))!);
            run.Add(new NodeFailed(node, new Failure(FailureKind.Exception, "RuntimeError: the moon is full", 60, null)));
        }

        run.Begin(Operator.Draft);
        Proposal rescue = (await Rehearsal.ProposeAsync(run.Journal, Operator.Draft, null, 1))!;

        rescue.Plan.ShouldStartWith("Starts with the median, the same for every row");
        using Python python = new();
        (await ResultAsync(python, "rescue", rescue, tables)).ShouldBeNull();
        run.Propose(rescue).Score(60).Begin(Operator.Improve, 5);
        Proposal next = (await Rehearsal.ProposeAsync(run.Journal, Operator.Improve, 5, 1))!;
        next.Code.ShouldNotContain("Dummy");
        (await ResultAsync(python, "next", next, tables)).ShouldBeNull();
    }

    /// <summary>Of runs in which every node succeeds, the one proposal and what its program submits.</summary>
    private static async Task<List<(Tables Tables, double[][] Guesses)>> OnlyProposalsAsync(Tables[] all)
    {
        using Python python = new();
        List<string> folders = [];
        foreach (Tables tables in all)
        {
            (List<Proposal> proposals, _) = await Rehearsal.PlayAsync(tables.Task, tables.Profile, 1, 8, failures: 0);
            folders.Add(Lay(python, tables.Task.Metric.Name, proposals.ShouldHaveSingleItem().Code, tables));
        }

        string[] outputs = await Python.ExecuteAsync(null, [.. folders]);
        List<(Tables, double[][])> guesses = [];
        foreach ((int i, Tables tables) in all.Index())
        {
            outputs[i].ShouldStartWith("score: ", Case.Sensitive, outputs[i]);
            string[] lines = await File.ReadAllLinesAsync(Path.Combine(folders[i], "submission.csv"), TestContext.Current.CancellationToken);
            lines.Length.ShouldBe(tables.Sample.TrimEnd().Split('\n').Length);
            guesses.Add((tables, [.. lines.Skip(1).Select(line => line.Split(',').Skip(1).Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray())]));
        }

        return guesses;
    }

    private static Tables WithOneClass(Tables tables)
    {
        string only = tables.Task.Targets.Length > 1 ? "b" : "1";
        return tables with
        {
            Train = Cut(tables.Train, fields => string.Join(',', fields[..^1]) + (fields[0] == "id" ? ",price" : $",{only}")),
            Profile = tables.Profile with { Classes = [new ValueCount(only, tables.Profile.TrainRows)] },
        };
    }

    /// <summary>Id, a column that never changes, and the label.</summary>
    private static Tables WithoutInputs(Tables tables) => tables with
    {
        Train = Cut(tables.Train, fields => $"{fields[0]},{(fields[0] == "id" ? "carat" : "7")},{fields[^1]}"),
        Test = Cut(tables.Test, fields => $"{fields[0]},{(fields[0] == "id" ? "carat" : "7")}"),
        Profile = tables.Profile with { Columns = [tables.Profile["id"], Samples.Number("carat", 7, 7, 1, null), tables.Profile["price"]] },
    };

    /// <summary>What people and broken instruments leave among numbers, in train and in test.</summary>
    private static Tables WithOddCells(Tables tables)
    {
        string[] odd = ["inf", "-inf", "1e300", "broken", "-1e200", "NaN", "?"];
        return tables with { Train = Strew(tables.Train), Test = Strew(tables.Test) };

        string Strew(string csv) => string.Join('\n', csv.TrimEnd('\n').Split('\n').Select((line, row) =>
        {
            string[] fields = line.Split(',');
            if (row > 0 && row <= 2 * odd.Length)
            {
                fields[1 + (row % 2)] = odd[(row - 1) / 2];
            }

            return string.Join(',', fields);
        })) + "\n";
    }

    private static string Cut(string csv, Func<string[], string> line) =>
        string.Join('\n', csv.TrimEnd('\n').Split('\n').Select(text => line(text.Split(',')))) + "\n";

    private static string Lay(Python python, string name, string code, Tables tables) => python.Lay(name, code, tables.Train, tables.Test, tables.Sample);

    private static async Task<string> FailureAsync(Python python, string name, Proposal proposal, Tables tables) =>
        (await ResultAsync(python, name, proposal, tables)).ShouldNotBeNull();

    /// <summary>The last line of a traceback; null where the program came to a score.</summary>
    private static async Task<string?> ResultAsync(Python python, string name, Proposal proposal, Tables tables)
    {
        string output = (await Python.ExecuteAsync(null, Lay(python, name, proposal.Code, tables)))[0].TrimEnd();
        string last = output.Split('\n')[^1];
        return last.StartsWith("score: ", StringComparison.Ordinal) ? null : output.Split('\n').Last(line => line.Contains("Error", StringComparison.Ordinal));
    }

    private static Notes NotesOf(JournalBuilder run, Proposal proposal)
    {
        run.Propose(proposal);
        return Notes.Of(run.Journal.Nodes[^1])!;
    }
}
