using System.Globalization;
using System.Text;
using AgentIde.Bench.Prepared;
using AgentIde.Tasks.Folders;
using AgentIde.Testing;

namespace AgentIde.MleBench.Tests;

public sealed class PreparedTests : IDisposable
{
    private const string Id = "tabular-playground-series-may-2022";

    private readonly TemporaryFolder _folder = new();
    private readonly DataFolder _data;

    public PreparedTests() => _data = new DataFolder(_folder["data"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_is_checked_for_its_files_and_their_checksums()
    {
        (await CheckAsync()).State.ShouldBe(FolderState.Absent);
        Write("public/train.csv", Table("id,x,target", true));
        FolderCheck incomplete = await CheckAsync();
        (incomplete.State, incomplete.Obstacle).ShouldBe((FolderState.Incomplete, null));
        incomplete.Missing.Order().ShouldBe(["private/gold_submission.csv", "private/test.csv", "public/sample_submission.csv", "public/test.csv"]);
        LayOut();
        FolderCheck changed = await CheckAsync();
        changed.State.ShouldBe(FolderState.Changed);
        changed.Changed.Length.ShouldBe(5);
        changed.Faults.ShouldNotBeNull().ShouldContain("crowded leaderboard");
        (await FolderCheck.OfAsync(_data, Id, isHashed: false, CancellationToken.None)).State.ShouldBe(FolderState.Complete);
    }

    [Fact]
    public async Task A_prepared_folder_is_a_task_without_its_answers()
    {
        LayOut();
        string folder = PreparedTask.Make(_data, Id, _folder["task"], CancellationToken.None);
        TaskFolder task = TaskFolder.Read(folder);

        (task.Metric.Name, task.Facts.Label, task.Facts.IdColumn, task.Facts.Title).ShouldBe(("roc-auc", "target", "id", "Tabular Playground Series - May 2022"));
        task.Facts.Description.ShouldBe("What Kaggle says.");
        task.SideFiles.ShouldBe(["more/notes.txt"]);
        task.AnswersFile.ShouldBeNull();
        PreparedTask.Make(_data, Id, _folder["task"], CancellationToken.None).ShouldBe(folder, "it is made once");

        string submission = _folder.Write("submission.csv", await File.ReadAllTextAsync(Path.Combine(_data.PreparedFolder(Id), "private", "test.csv")));
        (await _data.Open(Id).Grade(submission, CancellationToken.None)).Score.ShouldBe(1);
    }

    [Theory]
    [InlineData("hubmap-kidney-segmentation", "no holdout can be graded by dice-coefficient")]
    [InlineData("seti-breakthrough-listen", "not a table of train and one of test")]
    [InlineData("aptos2019-blindness-detection", "its data lack train.csv")]
    public void What_no_run_can_be_made_on_is_said(string id, string why) =>
        Should.Throw<BenchException>(() => PreparedTask.Make(_data, id, _folder["task"], CancellationToken.None)).Message.ShouldContain(why);

    [Fact]
    public async Task A_task_of_ones_own_has_the_thresholds_that_it_names()
    {
        string prepared = SmallTask.Create(Path.Combine(_folder["data"], "small", "prepared"));
        _data.Open("small").Thresholds.Gold.ShouldBe(double.NaN);
        await File.WriteAllTextAsync(Path.Combine(prepared, "task.yaml"), (await File.ReadAllTextAsync(Path.Combine(prepared, "task.yaml"))).Replace("  trivial: 18\n  good: 1.2\n", "  gold: 1.1\n  silver: 1.2\n  bronze: 2\n  median: 18\n", StringComparison.Ordinal));
        Contest contest = _data.Open("small");
        contest.Thresholds.ShouldBe(new Medals.MedalThresholds(1.1, 1.2, 2, 18, true));
        (await contest.Grade(Path.Combine(prepared, "private", "answers.csv"), CancellationToken.None)).Score.ShouldBe(0);
        (await contest.Grade(Path.Combine(prepared, "public", "train.csv"), CancellationToken.None)).Problem.ShouldNotBeNull();
        (await FolderCheck.OfAsync(_data, "small", isHashed: true, CancellationToken.None)).State.ShouldBe(FolderState.Own);
        Should.Throw<BenchException>(() => _data.Open("../small"));
    }

    private Task<FolderCheck> CheckAsync() => FolderCheck.OfAsync(_data, Id, isHashed: true, CancellationToken.None);

    private void LayOut()
    {
        Write("public/train.csv", Table("id,x,target", true));
        Write("public/test.csv", Table("id,x", false, 4_000));
        Write("public/sample_submission.csv", string.Concat("id,target\n", string.Concat(Enumerable.Range(4_000, 40).Select(row => $"{row},0.5\n"))));
        Write("public/description.md", "What Kaggle says.");
        Write("public/more/notes.txt", "notes");
        Write("private/gold_submission.csv", "id,target\n");
        Write("private/test.csv", string.Concat("id,target\n", string.Concat(Enumerable.Range(4_000, 40).Select(row => $"{row},{row % 2}\n"))));
    }

    private static string Table(string header, bool isTrain, int from = 0)
    {
        StringBuilder table = new($"{header}\n");
        for (int row = from; row < from + 40; row++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{row},{(row % 2) + (row * 0.001)}{(isTrain ? $",{row % 2}" : "")}\n");
        }

        return table.ToString();
    }

    private void Write(string path, string text)
    {
        string file = Path.Combine(_data.PreparedFolder(Id), path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
