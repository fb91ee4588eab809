using System.Diagnostics;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Commands;
using AgentIde.Testing;

namespace AgentIde.Models.Tests.Commands;

/// <summary>The engineer of docs/ENGINEERS.md, as it stands there.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task What_the_example_proposes_runs_and_learns()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        Directory.CreateSymbolicLink(folder["input"], Path.Combine(task, "public"));
        await using CommandEngineer engineer = CommandEngineer.Create(
            $"/usr/bin/python3 '{Repository.PathOf("examples", "engineer.py")}'", folder.Path, text => text, TimeProvider.System);
        foreach (Operator @operator in new[] { Operator.Draft, Operator.Improve })
        {
            Proposal proposal = (await engineer.ProposeAsync(SampleAssignment.Of(@operator, @operator == Operator.Draft ? null : 1), CancellationToken.None)).ShouldNotBeNull();
            proposal.Code.ShouldContain("RandomForestRegressor(n_estimators=60, min_samples_leaf=");
            proposal.Code.Split('\n')[proposal.Reasons.ShouldHaveSingleItem().FirstLine - 1].ShouldStartWith("model = RandomForest");
            ErrorOf(await RunAsync(folder, proposal.Code), task).ShouldBeLessThan(1.5);
        }
    }

    [Fact]
    public async Task The_page_shows_the_example_that_is_tested() =>
        (await File.ReadAllTextAsync(Repository.PathOf("docs", "ENGINEERS.md")))
            .ShouldContain($"```python\n{await File.ReadAllTextAsync(Repository.PathOf("examples", "engineer.py"))}```\n");

    private static async Task<string[]> RunAsync(TemporaryFolder folder, string code)
    {
        folder.Write("solution.py", code);
        ProcessStartInfo start = new("/usr/bin/python3", ["solution.py"]) { WorkingDirectory = folder.Path, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, errors);
        return await File.ReadAllLinesAsync(folder["submission.csv"]);
    }

    /// <summary>The root of the mean squared error against the private answers.</summary>
    private static double ErrorOf(string[] submission, string task)
    {
        string[] answers = File.ReadAllLines(Path.Combine(task, "private", "answers.csv"));
        submission[0].ShouldBe(answers[0]);
        submission.Length.ShouldBe(answers.Length);
        return Math.Sqrt(submission.Zip(answers).Skip(1).Average(pair => Math.Pow(Value(pair.First) - Value(pair.Second), 2)));
    }

    private static double Value(string row) => double.Parse(row.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture);
}
