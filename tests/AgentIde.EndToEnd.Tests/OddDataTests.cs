using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>The published product on data that a newcomer may bring: nothing to learn from, or not what it seems.</summary>
public sealed class OddDataTests
{
    [Fact]
    public async Task Says_that_nothing_can_be_learnt_and_still_submits_a_sensible_guess()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        Rewrite(task, (_, fields, label) => $"{fields[0]},7{label}", "id,x");

        JsonElement report = await RunAsync(folder.Path, task);

        // The second node is the one that the engineer had nothing left for.
        (report.GetProperty("nodes").GetInt32(), report.GetProperty("validNodes").GetInt32()).ShouldBe((2, 1));
        report.GetProperty("private").GetProperty("score").GetDouble().ShouldBeLessThan(12);
        string shown = (await Product.RunAsync(folder.Path, "show", "last")).Output;
        shown.ShouldContain("the mean");
    }

    [Fact]
    public async Task Words_infinities_and_absurd_values_among_numbers_break_no_node()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        string[] odd = ["inf", "-inf", "1e300", "broken", "NaN"];
        Rewrite(task, (row, fields, label) => row % 50 == 0
            ? $"{fields[0]},{odd[row / 50 % odd.Length]},{fields[2]},{fields[3]}{label}"
            : $"{string.Join(',', fields[..4])}{label}", "id,x,z,colour");

        JsonElement report = await RunAsync(folder.Path, task);

        (report.GetProperty("nodes").GetInt32(), report.GetProperty("validNodes").GetInt32()).ShouldBe((6, 6));
        report.GetProperty("private").GetProperty("score").GetDouble().ShouldBeLessThan(3);
    }

    private static async Task<JsonElement> RunAsync(string workspace, string task)
    {
        Ended ended = await Product.RunAsync(workspace, "run", task, "--nodes", "6", "--time", "8m", "--policy", "aide", "--json");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        return JsonDocument.Parse(ended.Output).RootElement;
    }

    /// <summary>Train and test anew, line by line; the label, with its comma, is empty for test.</summary>
    private static void Rewrite(string task, Func<int, string[], string, string> line, string header)
    {
        foreach (string name in (string[])["train.csv", "test.csv"])
        {
            string path = Path.Combine(task, "public", name);
            string[] lines = File.ReadAllLines(path);
            StringBuilder text = new();
            foreach ((int row, string before) in lines.Index())
            {
                string[] fields = before.Split(',');
                string label = fields.Length > 4 ? $",{fields[4]}" : "";
                text.Append(CultureInfo.InvariantCulture, $"{(row == 0 ? header + label : line(row, fields, label))}\n");
            }

            File.WriteAllText(path, text.ToString());
        }
    }
}
