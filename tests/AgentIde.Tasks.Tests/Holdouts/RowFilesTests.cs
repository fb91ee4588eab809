using System.Globalization;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>Files and tables of rows go where their row goes, under its fresh id; a row of the holdout has what a row of test has.</summary>
public sealed class RowFilesTests
{
    private const int TrainRows = 60, TestRows = 20;

    [Theory]
    [InlineData("train_images/{id}.png", "test_images/{id}.png", "")]
    [InlineData("images/{id}.png", "images/{id}.png", "")]
    [InlineData("train/{id}", "test/{id}", ".png")]
    [InlineData("Train/{id}/scans/first.bin", "Test/{id}/scans/first.bin", "")]
    public async Task A_row_of_the_holdout_stands_among_those_of_test_with_its_file(string train, string test, string ending)
    {
        using TaskBuilder task = Pictures(train, test, ending);
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);

        // The contents tell whose file it was: the row of the table under the same id has the same word.
        CsvTable mixed = prepared.Table("search/test.csv"), learnt = prepared.Table("search/train.csv"), whole = prepared.Table("refit/train.csv");
        mixed.Rows.ShouldBeGreaterThan(TestRows);
        string[] held = Contents(prepared, "search", mixed, test);
        held.Count(word => word.StartsWith("test ", StringComparison.Ordinal)).ShouldBe(TestRows);
        held.Distinct().Count().ShouldBe(mixed.Rows);
        string[] kept = Contents(prepared, "search", learnt, train);
        kept.Intersect(held).ShouldBeEmpty();
        kept.Concat(held).Count(word => word.StartsWith("train ", StringComparison.Ordinal)).ShouldBe(TrainRows);
        Contents(prepared, "refit", whole, train).Distinct().Count().ShouldBe(TrainRows);
        Enumerable.Range(0, whole.Rows).ShouldAllBe(row => Contents(prepared, "refit", whole, train)[row] == $"train {whole.Field(row, 1).ToString()}");

        // No file of the folder has an old id, and none belongs to no row.
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(prepared.Folder, "search"), "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".csv", StringComparison.Ordinal))];
        files.Length.ShouldBe(TrainRows + TestRows);
        files.ShouldAllBe(file => !file.Contains("row", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_rows_of_test_do_not_have_the_holdout_has_not_either()
    {
        using TaskBuilder task = Pictures("train/images/{id}.png", "test/images/{id}.png", "");
        for (int row = 0; row < TrainRows; row++)
        {
            task.Text($"public/train/masks/row{row}.png", $"mask {row}");
        }

        task.Text("public/boxes.csv", "box,id\n" + string.Concat(Enumerable.Range(0, 2 * TrainRows).Select(line => $"b{line},row{line / 2}\n")));
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        CsvTable learnt = prepared.Table("search/train.csv"), boxes = prepared.Table("search/boxes.csv");
        Directory.GetFiles(Path.Combine(prepared.Folder, "search", "train", "masks")).Length.ShouldBe(learnt.Rows);
        Directory.Exists(Path.Combine(prepared.Folder, "search", "test", "masks")).ShouldBeFalse();
        boxes.Rows.ShouldBe(2 * learnt.Rows);
        prepared.Table("refit/boxes.csv").Rows.ShouldBe(2 * TrainRows);
        string[] ids = TaskTables.Ids(learnt, "id");
        Enumerable.Range(0, boxes.Rows).ShouldAllBe(line => ids.Contains(boxes.Field(line, 1).ToString()));
        int[] order = [.. Enumerable.Range(0, boxes.Rows).Select(line => int.Parse(boxes.Field(line, 1), NumberStyles.None, CultureInfo.InvariantCulture))];
        order.ShouldBe([.. order.Order()], "their order tells nothing");
    }

    [Fact]
    public async Task A_table_about_all_rows_is_about_all_rows_of_the_folder()
    {
        using TaskBuilder task = Pictures("images/{id}.png", "images/{id}.png", "");
        task.Text("public/cameras.csv", "id,camera\n" + string.Concat(Enumerable.Range(0, TrainRows + TestRows).Select(row => $"row{row},c{row}\n")));
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        prepared.Table("search/cameras.csv").Rows.ShouldBe(TrainRows + TestRows);
        CsvTable learnt = prepared.Table("search/train.csv"), cameras = prepared.Table("search/cameras.csv");
        Dictionary<string, string> camera = Enumerable.Range(0, cameras.Rows).ToDictionary(line => cameras.Field(line, 0).ToString(), line => cameras.Field(line, 1).ToString());
        for (int row = 0; row < learnt.Rows; row++)
        {
            camera[learnt.Field(row, 0).ToString()].ShouldBe($"c{learnt.Field(row, 1).ToString()}");
        }
    }

    [Fact]
    public async Task A_submission_by_fresh_ids_with_an_ending_is_graded_and_restored()
    {
        using TaskBuilder task = Pictures("train/{id}", "test/{id}", ".png");
        TaskFolder folder = task.Read();
        BlindHoldout holdout = new(folder, new byte[BlindHoldout.SecretLength], 1);
        using TemporaryFolder split = new();
        await holdout.PrepareAsync(split.Path, TestContext.Current.CancellationToken);
        CsvTable mixed = CsvTable.Read(split["search/test.csv"], "test.csv");
        string[] ids = TaskTables.Ids(mixed, "id");
        ids.ShouldAllBe(id => id.EndsWith(".png", StringComparison.Ordinal));
        byte[] submission = System.Text.Encoding.UTF8.GetBytes("id,rent\n" + string.Concat(ids.Select(id => $"{id},500\n")));
        (await holdout.Grader.GradeAsync(submission, TestContext.Current.CancellationToken)).Problem.ShouldBeNull();
        string restored = System.Text.Encoding.UTF8.GetString((await holdout.RestoreAsync(submission, TestContext.Current.CancellationToken)).Span);
        restored.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(TestRows + 1);
        restored.ShouldContain($"row{TrainRows}.png,500");
    }

    /// <summary>Rows are 0 …, those of train first; train.csv has the number of each row, there is no test.csv, and each file says whose it is.</summary>
    private static TaskBuilder Pictures(string train, string test, string ending)
    {
        TaskBuilder task = new();
        task.Text("public/train.csv", "id,number,rent\n" + string.Concat(Enumerable.Range(0, TrainRows).Select(row => $"row{row}{ending},{row},{500 + (row * 7 % 90)}\n")));
        task.Text("public/sample_submission.csv", "id,rent\n" + string.Concat(Enumerable.Range(TrainRows, TestRows).Select(row => $"row{row}{ending},1\n")));
        task.Delete("public/test.csv").Delete("private/answers.csv");
        for (int row = 0; row < TrainRows + TestRows; row++)
        {
            task.Text("public/" + (row < TrainRows ? train : test).Replace("{id}", $"row{row}{ending}", StringComparison.Ordinal), row < TrainRows ? $"train {row}" : $"test {row}");
        }

        return task;
    }

    private static string[] Contents(PreparedTask prepared, string folder, CsvTable table, string template) =>
        [.. TaskTables.Ids(table, "id").Select(id => File.ReadAllText(Path.Combine(prepared.Folder, folder, template.Replace("{id}", id, StringComparison.Ordinal))))];
}
