using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>Files of rows go where their row goes, under its fresh id; a row of the holdout has what a row of test has.</summary>
public sealed class RowFilesTests
{
    private const int TrainRows = 400, TestRows = 160;

    /// <summary>Of each file, for their sizes tell nothing.</summary>
    private const int Length = 20;

    [Theory]
    [InlineData("train_images/{id}.png", "test_images/{id}.png", "")]
    [InlineData("images/{id}.png", "images/{id}.png", "")]
    [InlineData("train/{id}", "test/{id}", ".png")]
    [InlineData("Train/{id}/", "Test/{id}/", "")]
    [InlineData("train/{id}.nii.gz", "held/{id}.nii.gz", "")]
    public async Task A_row_of_the_holdout_stands_among_those_of_test_with_its_file(string train, string test, string ending)
    {
        using TaskBuilder task = Pictures(train, test, ending);
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);

        // The contents tell whose file it was: the row of the table under the same id has the same number.
        CsvTable mixed = prepared.Table("search/test.csv"), learnt = prepared.Table("search/train.csv"), whole = prepared.Table("refit/train.csv");
        mixed.Rows.ShouldBeGreaterThan(TestRows);
        string[] held = Contents(prepared, "search", mixed, test), kept = Contents(prepared, "search", learnt, train), all = Contents(prepared, "refit", whole, train);
        held.Count(word => word.StartsWith("test ", StringComparison.Ordinal)).ShouldBe(TestRows);
        held.Distinct().Count().ShouldBe(mixed.Rows);
        kept.Intersect(held).ShouldBeEmpty();
        kept.Concat(held).Count(word => word.StartsWith("train ", StringComparison.Ordinal)).ShouldBe(TrainRows);
        all.ShouldBe(Own(whole));
        kept.ShouldBe(Own(learnt));

        // No file of the folder has an old id, and none belongs to no row.
        foreach (string folder in (string[])["search", "refit"])
        {
            string[] files = [.. Directory.EnumerateFiles(Path.Combine(prepared.Folder, folder), "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".csv", StringComparison.Ordinal))];
            files.Length.ShouldBe(TrainRows + TestRows);
            files.ShouldAllBe(file => !file.Contains("row", StringComparison.Ordinal));
        }

        prepared.Facts.Distinguishable.ShouldBeNull();
    }

    [Fact]
    public async Task What_rows_of_test_do_not_have_the_holdout_has_not_either()
    {
        using TaskBuilder task = Pictures("train/images/{id}.png", "test/images/{id}.png", "");
        task.Replace("task.yaml", "files:\n", "files:\n  - train: train/masks/{id}.png\n");
        for (int row = 0; row < TrainRows; row++)
        {
            task.Text($"public/train/masks/row{row}.png", $"mask {row}");
        }

        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        Directory.GetFiles(Path.Combine(prepared.Folder, "search", "train", "masks")).Length.ShouldBe(prepared.Table("search/train.csv").Rows);
        Directory.Exists(Path.Combine(prepared.Folder, "search", "test", "masks")).ShouldBeFalse();
        Directory.GetFiles(Path.Combine(prepared.Folder, "refit", "train", "masks")).Length.ShouldBe(TrainRows);
    }

    [Fact]
    public async Task A_file_in_rows_folders_that_rows_of_test_lack_is_refused()
    {
        using TaskBuilder task = Pictures("train/{id}/", "test/{id}/", "");
        for (int row = 0; row < TrainRows; row++)
        {
            task.Text($"public/train/row{row}/mask.png", $"mask {row}");
        }

        await RefusedAsync(task, "task.yaml line 10: 400 rows of train have files in their folders by names that none of test has, such as mask.png, so a holdout could be told from test; take these files or rows out, or call them alike");
    }

    [Fact]
    public async Task What_is_of_no_row_stays_away_unless_it_is_said_to_know_none()
    {
        using TaskBuilder task = Pictures("train/{id}.png", "test/{id}.png", "");
        await RefusedAsync(task.Text("public/train.zip", "pictures by old names"), "public/train.zip is no file of a row by 'files' of task.yaml; name it under 'also' if it knows no row, or take it out of public/");
        task.Delete("public/train.zip");
        await RefusedAsync(task.Text("public/train/stranger.png", "of no row"), "public/train/stranger.png is no file of a row by 'files' of task.yaml; name it under 'also' if it knows no row, or take it out of public/");
        task.Delete("public/train/stranger.png").Text("public/notes/classes.txt", "one, two").Replace("task.yaml", "files:\n", "also: [notes]\nfiles:\n");
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        (await File.ReadAllTextAsync(Path.Combine(prepared.Folder, "search", "notes", "classes.txt"))).ShouldBe("one, two");
    }

    [Fact]
    public async Task Files_that_would_tell_the_holdout_from_test_are_refused()
    {
        using TaskBuilder task = Pictures("train/{id}.png", "test/{id}.png", "");
        for (int row = 0; row < TrainRows / 10; row++)
        {
            task.Delete($"public/train/row{row}.png");
        }

        await RefusedAsync(task, "task.yaml line 10: 90 % of train's rows have public/train/{id}.png and 100 % of test's public/test/{id}.png, so a holdout could be told from test; leave out the rows or files that have no counterpart");
        using TaskBuilder named = Pictures("train/{id}.png", "test/{id}.png", "");
        named.Text("public/train.csv", "id,number,path,rent\n" + string.Concat(Enumerable.Range(0, TrainRows).Select(row => $"row{row},{row},train/row{row}.png,{500 + (row * 7 % 90)}\n")));
        await RefusedAsync(named, "public/train.csv: the column 'path' names the rows' files, which get other names; take it out of train and test, for the id tells");
    }

    [Fact]
    public async Task Files_that_differ_in_size_between_train_and_test_are_told()
    {
        using TaskBuilder task = Pictures("train/{id}.png", "test/{id}.png", "");
        for (int row = TrainRows; row < TrainRows + TestRows; row++)
        {
            task.Text($"public/test/row{row}.png", $"{Words(row)} and more");
        }

        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        prepared.Facts.Distinguishable.ShouldNotBeNull().Text.ShouldStartWith("the size of test/{id}.png tells it from test");
    }

    [Theory]
    [InlineData("images/x.png", "'images/x.png' under 'files' must have {id} once, where a row's id stands")]
    [InlineData("images/a{id}.png", "'images/a{id}.png' under 'files' must have {id} at the beginning of a file's or folder's name")]
    [InlineData("images/{id}/x.png", "'images/{id}/x.png' under 'files' must end behind {id}, with the ending of a file or a slash for a folder")]
    [InlineData("../{id}.png", "'../{id}.png' under 'files' must be a path within public/")]
    public void A_pattern_says_where_the_id_stands(string pattern, string says)
    {
        using TaskBuilder task = Pictures("train/{id}.png", "test/{id}.png", "");
        task.Replace("task.yaml", "train: \"train/{id}.png\"", $"train: \"{pattern}\"");
        Should.Throw<TaskProblemException>(() => task.Read()).Message.ShouldContain(says);
    }

    [Fact]
    public async Task A_submission_by_fresh_ids_with_an_ending_is_graded_and_restored()
    {
        using TaskBuilder task = Pictures("train/{id}", "test/{id}", ".png");
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        string[] ids = TaskTables.Ids(prepared.Table("search/test.csv"), "id");
        ids.ShouldAllBe(id => id.EndsWith(".png", StringComparison.Ordinal));
        byte[] submission = System.Text.Encoding.UTF8.GetBytes("id,rent\n" + string.Concat(ids.Select(id => $"{id},500\n")));
        (await prepared.Holdout.Grader.GradeAsync(submission, TestContext.Current.CancellationToken)).Problem.ShouldBeNull();
        string restored = System.Text.Encoding.UTF8.GetString((await prepared.Holdout.RestoreAsync(submission, TestContext.Current.CancellationToken)).Span);
        restored.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(TestRows + 1);
        restored.ShouldContain($"row{TrainRows}.png,500");
    }

    /// <summary>Rows are 0 …, those of train first; train.csv has the number of each row, there is no test.csv, and each file says whose it is.</summary>
    private static TaskBuilder Pictures(string train, string test, string ending)
    {
        TaskBuilder task = new();
        task.Replace("task.yaml", "license: MIT\n", $"files:\n  - {{train: \"{train}\", test: \"{test}\"}}\nsplit: random\nlicense: MIT\n");
        task.Text("public/train.csv", "id,number,rent\n" + string.Concat(Enumerable.Range(0, TrainRows).Select(row => $"row{row}{ending},{row},{500 + (row * 7 % 90)}\n")));
        task.Text("public/sample_submission.csv", "id,rent\n" + string.Concat(Enumerable.Range(TrainRows, TestRows).Select(row => $"row{row}{ending},1\n")));
        task.Delete("public/test.csv").Delete("private/answers.csv");
        for (int row = 0; row < TrainRows + TestRows; row++)
        {
            task.Text("public/" + Named(row < TrainRows ? train : test, $"row{row}{ending}"), Words(row));
        }

        return task;
    }

    private static string Words(int row) => $"file of {(row < TrainRows ? "train" : "test")} {row}".PadRight(Length);

    private static string Named(string pattern, string id) => pattern.Replace("{id}", id, StringComparison.Ordinal) + (pattern.EndsWith('/') ? "first.bin" : "");

    private static string[] Contents(PreparedTask prepared, string folder, CsvTable table, string pattern) =>
        [.. TaskTables.Ids(table, "id").Select(id => File.ReadAllText(Path.Combine(prepared.Folder, folder, Named(pattern, id)))["file of ".Length..].TrimEnd())];

    /// <summary>What stands in the file of each row of train.</summary>
    private static string[] Own(CsvTable table) => [.. Enumerable.Range(0, table.Rows).Select(row => $"train {table.Field(row, 1).ToString()}")];

    private static async Task RefusedAsync(TaskBuilder task, string message) =>
        (await Should.ThrowAsync<TaskProblemException>(() => PreparedTask.MakeAsync(task.Path))).Message.ShouldBe(message);
}
