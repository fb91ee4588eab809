using System.Globalization;
using AgentIde.Core.Holdouts;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>The run's own test of blindness: silent where the holdout looks as test does, and it names what tells them apart.</summary>
public class BlindnessProbeTests
{
    [Fact]
    public async Task Alike_rows_tell_nothing_however_many_columns_are_tried()
    {
        foreach (int seed in (int[])[1, 2, 3])
        {
            (await ProbeAsync(seed, 60, (row, column, draws) => column % 2 == 0 ? Number(draws.NextDouble()) : $"w{draws.Next(40)}")).ShouldBeNull();
        }
    }

    [Fact]
    public async Task Another_form_of_the_same_number_is_found()
    {
        Distinction found = (await ProbeAsync(1, 5, (row, column, draws) => column == 2 && row >= 1_000 ? $"{draws.Next(10)}.0" : $"{draws.Next(10)}")).ShouldNotBeNull();
        (found.Area, found.Text).ShouldBe((1.0, "the length of c2 tells it from test with an AUC of 1.00"));
    }

    [Fact]
    public async Task A_value_that_shifts_is_found()
    {
        Distinction found = (await ProbeAsync(1, 5, (row, column, draws) => Number(draws.NextDouble() + (column == 3 && row >= 1_000 ? 0.5 : 0)))).ShouldNotBeNull();
        found.Text.ShouldStartWith("the value of c3 tells it from test with an AUC of 0.8");
        found.Area.ShouldBe(0.875, 0.03);
    }

    [Fact]
    public async Task Words_of_other_frequencies_are_found()
    {
        Distinction found = (await ProbeAsync(1, 5, (row, column, draws) => column == 1 && row >= 1_000 ? $"w{draws.Next(4) * 2}" : $"w{draws.Next(8)}")).ShouldNotBeNull();
        found.Text.ShouldStartWith("which value c1 has tells it from test with an AUC of 0.7");
    }

    [Fact]
    public async Task Columns_that_tell_it_together_alone_are_found()
    {
        double last = 0;
        Distinction found = (await ProbeAsync(1, 2, (row, column, draws) => Number(last = column == 0 ? draws.NextDouble() * 10 : last + (row >= 1_000 ? 0.5 : 0) + (draws.NextDouble() * 0.5)))).ShouldNotBeNull();
        found.Text.ShouldStartWith("all columns together tell it from test with an AUC of 0.8");
    }

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>1,000 rows of train, 700 of test.</summary>
    private static async Task<Distinction?> ProbeAsync(int seed, int columns, Func<int, int, Random, string> value)
    {
        Random draws = new(seed);
        string[] names = [.. Enumerable.Range(0, columns).Select(column => $"c{column}")];
        string Row(int row) => $"{row},{string.Join(',', Enumerable.Range(0, columns).Select(column => value(row, column, draws)))}";
        using TaskBuilder task = new();
        task.Replace("task.yaml", "label: rent", "label: rent\nsplit: random").Delete("private/answers.csv");
        task.Text("public/train.csv", $"id,{string.Join(',', names)},rent\n" + string.Concat(Enumerable.Range(0, 1_000).Select(row => $"{Row(row)},{draws.Next(100)}\n")));
        task.Text("public/test.csv", $"id,{string.Join(',', names)}\n" + string.Concat(Enumerable.Range(1_000, 700).Select(row => $"{Row(row)}\n")));
        task.Text("public/sample_submission.csv", "id,rent\n" + string.Concat(Enumerable.Range(1_000, 700).Select(row => $"{row},1\n")));
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        return prepared.Facts.Distinguishable;
    }
}
