using System.Diagnostics;
using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Commands;
using AgentIde.Testing;

namespace AgentIde.Models.Tests.Commands;

/// <summary>The engineers of README.md and docs/ENGINEERS.md, as they stand there.</summary>
public sealed class ExampleTests : IDisposable
{
    /// <summary>Runs programs one after the other, each in a folder of its own: the libraries are loaded once.</summary>
    private const string RunAll = "import os, runpy, sys\nfor folder in sys.argv[1:]: os.chdir(folder); runpy.run_path('solution.py')";

    private static readonly (PredictionKind Kind, string Label, string[] Targets)[] Tasks =
    [
        (PredictionKind.Values, "amount", ["amount"]),
        (PredictionKind.Labels, "side", ["side"]),
        (PredictionKind.Probability, "flag", ["flag"]),
        (PredictionKind.ClassProbabilities, "side", ["right", "left"]),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("engineer.py")]
    [InlineData("forests.py")]
    public async Task What_an_example_proposes_runs_and_predicts_well_for_each_kind_of_prediction(string example)
    {
        await using CommandEngineer engineer = Engineer(example);
        List<string> folders = [];
        foreach ((PredictionKind kind, string label, string[] targets) in Tasks)
        {
            foreach (bool isFirst in new[] { true, false })
            {
                Proposal proposal = (await engineer.ProposeAsync(Drafting(kind, label, targets, isFirst), CancellationToken.None)).ShouldNotBeNull();
                folders.Add(Lay($"{kind}-{isFirst}", label, proposal.Code));
            }
        }

        await RunAsync([.. folders]);
        foreach ((string folder, int index) in folders.Select((folder, index) => (folder, index)))
        {
            Check(await File.ReadAllLinesAsync(Path.Combine(folder, "submission.csv")), Tasks[index / 2]);
        }
    }

    [Fact]
    public async Task An_improvement_changes_what_the_parent_did_and_says_where()
    {
        await using CommandEngineer engineer = Engineer("engineer.py");
        Proposal proposal = (await engineer.ProposeAsync(SampleAssignment.Of(Operator.Improve), CancellationToken.None)).ShouldNotBeNull();
        proposal.Plan.ShouldBeOneOf("Grow a forest whose leaves hold at least 2 rows.", "Grow a forest whose leaves hold at least 8 rows.");
        proposal.Code.Split('\n')[proposal.Reasons.ShouldHaveSingleItem().FirstLine - 1].ShouldStartWith("model = RandomForestRegressor(");
    }

    [Theory]
    [InlineData("docs/ENGINEERS.md", "engineer.py", 60)]
    [InlineData("README.md", "forests.py", 30)]
    public async Task A_page_shows_the_example_that_is_tested(string page, string example, int lines)
    {
        string program = await File.ReadAllTextAsync(Repository.PathOf("examples", example));
        program.Count(letter => letter == '\n').ShouldBeLessThanOrEqualTo(lines);
        (await File.ReadAllTextAsync(Repository.PathOf(page.Split('/')))).ShouldContain($"```python\n{program}```\n", Case.Sensitive);
    }

    private static CommandEngineer Engineer(string example) =>
        CommandEngineer.Create($"/usr/bin/python3 '{Repository.PathOf("examples", example)}'", Repository.Root, text => text);

    /// <summary>A draft for a task of this kind, as the first node or a later one.</summary>
    private static Assignment Drafting(PredictionKind kind, string label, string[] targets, bool isFirst)
    {
        Assignment sample = SampleAssignment.Of(Operator.Draft, null);
        Journal journal = sample.Journal;
        TaskFacts task = journal.Task! with { Label = label, Targets = [.. targets], Metric = journal.Task.Metric with { Predicts = kind } };
        int node = isFirst ? 1 : 2;
        RunEvent[] events = [new RunStarted(journal.Settings!, task, journal.Sandbox!), .. Enumerable.Range(1, node).Select(id => new NodeStarted(id, Operator.Draft, [], "a draft", []))];
        return sample with { Node = node, Journal = Journal.Empty.Apply(events.Select((@event, index) => new RecordedEvent(index + 1, DateTimeOffset.UnixEpoch, 1, @event))) };
    }

    /// <summary>Rows whose label depends on x alone; the test rows lie between those of train.</summary>
    private string Lay(string name, string label, string code)
    {
        string[] colours = ["red", "green", ""];
        IEnumerable<string> train = Enumerable.Range(0, 200).Select(row => $"{row},{row},{colours[row % 3]},{Truth(label, row)}");
        IEnumerable<string> test = Enumerable.Range(0, 20).Select(row => FormattableString.Invariant($"{200 + row},{5.5 + (10 * row)},{colours[row % 2]}"));
        _folder.Write(Path.Combine(name, "input", "train.csv"), $"id,x,colour,{label}\n{string.Join('\n', train)}\n");
        _folder.Write(Path.Combine(name, "input", "test.csv"), $"id,x,colour\n{string.Join('\n', test)}\n");
        return Path.GetDirectoryName(_folder.Write(Path.Combine(name, "solution.py"), code))!;
    }

    private static string Truth(string label, double x) => label switch
    {
        "amount" => (3 * x).ToString(CultureInfo.InvariantCulture),
        "side" => x < 100 ? "left" : "right",
        _ => x < 100 ? "0" : "1",
    };

    private static async Task RunAsync(string[] folders)
    {
        ProcessStartInfo start = new("/usr/bin/python3", ["-W", "ignore", "-c", RunAll, .. folders]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, errors);
    }

    private static void Check(string[] submission, (PredictionKind Kind, string Label, string[] Targets) task)
    {
        submission[0].ShouldBe($"id,{string.Join(',', task.Targets)}");
        submission.Length.ShouldBe(21);
        foreach ((string[] cells, int row) in submission.Skip(1).Select((line, row) => (line.Split(','), row)).Where(line => line.row is not (9 or 10)))
        {
            string truth = Truth(task.Label, 5.5 + (10 * row));
            cells[0].ShouldBe($"{200 + row}");
            switch (task.Kind)
            {
                case PredictionKind.Labels:
                    cells[1].ShouldBe(truth);
                    break;
                case PredictionKind.ClassProbabilities:
                    Number(cells[1 + Array.IndexOf(task.Targets, truth)]).ShouldBeGreaterThan(0.5);
                    break;
                case PredictionKind.Probability:
                    Number(cells[1]).ShouldBe(Number(truth), 0.4);
                    break;
                default:
                    Number(cells[1]).ShouldBe(Number(truth), 30);
                    break;
            }
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
