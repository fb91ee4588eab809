using System.Globalization;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>Small tables with an answer that can be learnt, and their profiles.</summary>
internal sealed record Tables(TaskFacts Task, DataProfile Profile, string Train, string Test, string Sample)
{
    private static readonly string[] Grades = ["Fair", "Good", "Very Good", "Premium", "Ideal"];
    private static readonly string[] Towns = ["Ulm", "Bonn", "Kiel", "Jena", "Hof", "Celle", "Trier", "Gera"];

    public static Tables Make(string metric, int rows = 160, int testRows = 40)
    {
        TaskFacts task = Samples.MixedTask(metric);
        StringBuilder train = new("id,carat,width,cut,town,day,share,price\n");
        StringBuilder test = new("id,carat,width,cut,town,day,share\n");
        StringBuilder sample = new($"id,{string.Join(',', task.Targets)}\n");
        Draws draws = new(5, 0, "tables");
        for (int row = 0; row < rows + testRows; row++)
        {
            double carat = 0.3 + (2 * draws.NextDouble());
            double width = 3 + carat + draws.NextDouble();
            int grade = draws.NextIndex(5);
            string inputs = string.Create(CultureInfo.InvariantCulture,
                $"{row},{carat:F3},{width:F2},{Grades[grade]},{Towns[draws.NextIndex(8)]},2024-0{1 + draws.NextIndex(9)}-1{draws.NextIndex(10)},{draws.NextIndex(4) * 10} - {(draws.NextIndex(4) * 10) + 49}%");
            double value = (carat * 100) + (grade * 20);
            if (row < rows)
            {
                string answer = Samples.IsNumber(metric) ? value.ToString("F1", CultureInfo.InvariantCulture)
                    : metric == "multi-class-log-loss" ? (value < 100 ? "a" : value < 200 ? "b" : "c")
                    : value + (60 * draws.NextDouble()) > 180 ? "1" : "0";
                train.Append(inputs).Append(',').Append(answer).Append('\n');
            }
            else
            {
                test.Append(inputs).Append('\n');
                sample.Append(CultureInfo.InvariantCulture, $"{row}{string.Concat(task.Targets.Select(_ => ",0"))}\n");
            }
        }

        bool number = Samples.IsNumber(metric);
        string[] classes = metric == "multi-class-log-loss" ? ["a", "b", "c"] : ["0", "1"];
        DataProfile profile = new(
            rows,
            testRows,
            [
                Samples.Id(rows),
                Samples.Number("carat", 0.3, 2.3, 150, 0.9),
                Samples.Number("width", 3.3, 6.3, 140, 0.8),
                Samples.Words("cut", Grades),
                Samples.Words("town", Towns),
                new ColumnProfile("day", ColumnKind.Date, 0, 90, null, [], 10, true, 0, null),
                Samples.Words("share", "0 - 49%", "10 - 59%", "20 - 69%", "30 - 79%"),
                number ? Samples.Number("price", 30, 320, 150, null, inTest: false) : Samples.Words("price", classes) with { InTest = false },
            ],
            number ? [] : [.. classes.Select(value => new ValueCount(value, rows / classes.Length))]);
        return new Tables(task, profile, train.ToString(), test.ToString(), sample.ToString());
    }
}
