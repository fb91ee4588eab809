using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>Written down once, before groups and time came in: runs of before and after are on the same rows.</summary>
public class UnchangedSplitsTests(PreparedTasks tasks)
{
    [Theory]
    [InlineData("austen-novels", SplitKind.Stratified, "9da64bb33056a8266a3ad8965c3efbca9051a476ddc1838a940cf974ac8c1552")]
    [InlineData("diamonds", SplitKind.Random, "e5cfa5a232e6edabad7adf65acdc0a424c747950ea0fd647e516abfc7a3362c1")]
    [InlineData("flight-delays", SplitKind.Stratified, "8d20e6434c1b0715845549e5c0171941f444cf4c9b008d8081038a4bc139a37f")]
    public async Task Honest_tasks_of_before_are_cut_as_before(string name, SplitKind kind, string files)
    {
        SplitFacts facts = (await tasks.GetAsync(name)).Facts;
        (facts.Kind, facts.Files.Hex).ShouldBe((kind, files));
    }

    [Theory]
    [InlineData("random", "ad03220aba1cdf2eec388708387d360c600893a1f6c1f1117e841ba99eacb089")]
    [InlineData("stratified", "163734bbe7f010b65f058d9347d047664352cb9aa6e1482662ff1bf26bb79173")]
    public async Task Splits_by_request_are_cut_as_before(string split, string files)
    {
        using TaskBuilder task = new();
        task.Replace("task.yaml", "metric: rmse", "metric: log-loss").Replace("task.yaml", "label: rent", $"label: rent\nsplit: {split}");
        task.Text("public/train.csv", "id,rooms,rent\n" + string.Concat(Enumerable.Range(0, 60).Select(row => $"{row},{row % 7},{row % 3 / 2}\n")));
        task.Text("public/test.csv", "id,rooms\n" + string.Concat(Enumerable.Range(60, 40).Select(row => $"{row},{row % 7}\n")));
        task.Text("public/sample_submission.csv", "id,rent\n" + string.Concat(Enumerable.Range(60, 40).Select(row => $"{row},0\n")));
        task.Delete("private/answers.csv");
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        prepared.Facts.Files.Hex.ShouldBe(files);
    }
}
