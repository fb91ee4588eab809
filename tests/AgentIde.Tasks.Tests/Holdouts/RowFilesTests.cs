using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>Files of rows go where their row goes, under its fresh id; a row of the holdout has what a row of test has.</summary>
public sealed class RowFilesTests
{
    private const int TrainRows = 60, TestRows = 40;

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
    public void Files_of_a_row_are_made_in_the_same_order_wherever_they_lay()
    {
        using TaskBuilder task = Pictures("train_images/{id}.png", "held/{id}.png", "");
        task.Replace("task.yaml", "files:\n", "files:\n  - {train: \"notes/{id}.txt\", test: \"words/{id}.txt\"}\n");
        for (int row = 0; row < TrainRows + TestRows; row++)
        {
            task.Text(row < TrainRows ? $"public/notes/row{row}.txt" : $"public/words/row{row}.txt", $"text {row,4}");
        }

        TaskFolder read = task.Read();
        RowFiles files = RowFiles.Of(read, read.ReadTrain(), read.ReadTest());
        files.InTest(0, "7").Select(file => file.Path).ShouldBe(["words/7.txt", "held/7.png"], "of a row of the holdout");
        files.InTest(TrainRows, "8").Select(file => file.Path).ShouldBe(["words/8.txt", "held/8.png"], "of a row of test");
    }

    [Fact]
    public async Task A_file_in_rows_folders_that_rows_of_test_lack_is_refused()
    {
        using TaskBuilder task = Pictures("train/{id}/", "test/{id}/", "");
        for (int row = 0; row < TrainRows; row++)
        {
            task.Text($"public/train/row{row}/mask.png", $"mask {row}");
        }

        await RefusedAsync(task, $"task.yaml line 10: {TrainRows} rows of train have files in their folders by names that none of test has, such as mask.png, so a holdout could be told from test; take these files or rows out, or call them alike");
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

    [Fact]
    public async Task A_row_of_train_without_the_file_that_each_row_of_test_has_is_refused()
    {
        using TaskBuilder task = Pictures("train/{id}.png", "test/{id}.png", "");
        await RefusedAsync(task.Delete("public/train/row7.png"), "task.yaml line 10: 1 row of train (row7) lacks or has files where no row of test does, so a holdout could be told from test; take these rows out of train");
    }

    [Theory]
    [InlineData("number", "3.bin")]
    [InlineData("class", "cat3.bin")]
    [InlineData("once", "3.bin")]
    public async Task A_name_within_a_rows_folder_that_no_row_of_test_has_is_refused(string by, string first)
    {
        // One's own number, the name of a class or a scan that is longer than any of test.
        using TaskBuilder task = Pictures("train/{id}/", "test/{id}/", "");
        for (int row = by == "once" ? 3 : 0; row < (by == "once" ? 4 : TrainRows); row++)
        {
            task.Text($"public/train/row{row}/{(by == "class" ? "cat" : "")}{row}.bin", "x");
        }

        for (int row = TrainRows; row < TrainRows + TestRows && by == "number"; row++)
        {
            task.Text($"public/test/row{row}/{row}.bin", "x");
        }

        string refused = (await Should.ThrowAsync<TaskProblemException>(() => PreparedTask.MakeAsync(task.Path))).Message;
        refused.ShouldContain(by == "once" ? $"1 row of train has a file in its folder by names that none of test has, such as {first}" : $"{TrainRows} rows of train have files in their folders by names that none of test has, such as ");
    }

    [Theory]
    [InlineData("train.zip", "PK, by its name", "public/extra/train.zip can't be looked into for rows that it knows; beside files of rows 'also' of task.yaml takes plain files of 64 MiB at most, so unpack it or take it out of public/")]
    [InlineData("data.bin", "PK\u0003\u0004 by its first bytes", "public/extra/data.bin can't be looked into for rows that it knows; beside files of rows 'also' of task.yaml takes plain files of 64 MiB at most, so unpack it or take it out of public/")]
    [InlineData("boxes.json", "{\"row12\": 1, \"row13.png\": 2, \"x/row14.png\": 3}", "public/extra/boxes.json names rows by their ids (row14 and others), and rows get other ones; join what it says into train and test, or take it out of public/")]
    [InlineData("row12_mask.png", "a mask", "public/extra/row12_mask.png is called by a row's id; 'also' of task.yaml is for what knows no row, so say under 'files' whose it is, or take it out of public/")]
    [InlineData("t_row12.png", "a thumbnail", "public/extra/t_row12.png is called by a row's id; 'also' of task.yaml is for what knows no row, so say under 'files' whose it is, or take it out of public/")]
    [InlineData("thumbnail.png", "file of train 5     ", "a file under 'also' of task.yaml is the same as public/train/row5.png, a row's own, so it would tell the row; take it out of public/")]
    [InlineData("notes.csv", "rent,words\n1,2\n", "public/extra/notes.csv has the column 'rent': side tables with ids or labels are not supported yet in this version; join it into train.csv and test.csv")]
    public async Task What_is_said_to_know_no_row_is_looked_into(string name, string text, string message)
    {
        using TaskBuilder task = Pictures("train/{id}.png", "test/{id}.png", "");
        task.Replace("task.yaml", "files:\n", "also: [extra]\nfiles:\n").Text($"public/extra/{name}", text);
        await RefusedAsync(task, message);
    }

    [Fact]
    public async Task A_list_with_a_line_for_each_row_is_refused_whatever_it_says()
    {
        using TaskBuilder task = Pictures("train/{id}.png", "test/{id}.png", "");
        task.Replace("task.yaml", "files:\n", "also: [means.txt]\nfiles:\n").Text("public/means.txt", string.Concat(Enumerable.Range(0, TrainRows).Select(row => $"{row % 7}.5\n")));
        await RefusedAsync(task, "public/means.txt has as many lines as train has rows, so it may say something of each; join it into train and test, or take it out of public/");
    }

    [Fact]
    public async Task What_is_called_as_a_rows_file_is_of_no_other_kind()
    {
        using TaskBuilder task = Pictures("train/{id}.png", "test/{id}.png", "");
        task.Replace("task.yaml", "files:\n", "also: [train/5.png]\nfiles:\n").Text("public/train/5.png", "under what may be a fresh id");
        await RefusedAsync(task, "public/train/5.png is called as files of rows are, by 'files' of task.yaml, and no row has its id; 'also' is for others, so take it out of public/");
    }

    [Theory]
    [InlineData("of the scan {0}.", true)]
    [InlineData("of the scan s{0}s.", false)]
    public async Task Files_that_hold_their_rows_ids_are_refused(string text, bool isRefused)
    {
        using TaskBuilder task = Pictures("train/{id}.txt", "test/{id}.txt", "", row => $"{100 + row}");
        for (int row = 0; row < TrainRows + TestRows; row++)
        {
            task.Text($"public/{(row < TrainRows ? "train" : "test")}/{100 + row}.txt", string.Format(System.Globalization.CultureInfo.InvariantCulture, text, 100 + row));
        }

        if (isRefused)
        {
            await RefusedAsync(task, "task.yaml line 10: public/test/160.txt and others hold their rows' ids, which rows get other ones for; take the ids out of the files");
        }
        else
        {
            (await PreparedTask.MakeAsync(task.Path)).Dispose();
        }
    }

    [Theory]
    [InlineData("row{0}", true)]
    [InlineData("file row{0} of the archive", true)]
    [InlineData("png", false)]
    public async Task A_column_that_names_rows_is_refused_and_an_ending_is_none(string text, bool isRefused)
    {
        using TaskBuilder task = Pictures("train/{id}.png", "test/{id}.png", "", row => $"row{row + 1_000}");
        task.Text("public/train.csv", "id,kind,rent\n" + string.Concat(Enumerable.Range(0, TrainRows).Select(row => $"row{row + 1_000},{string.Format(System.Globalization.CultureInfo.InvariantCulture, text, row + 1_000)},{500 + (row * 7 % 90)}\n")));
        if (isRefused)
        {
            await RefusedAsync(task, "public/train.csv: the column 'kind' names the rows' files, which get other names; take it out of train and test, for the id tells");
        }
        else
        {
            (await PreparedTask.MakeAsync(task.Path)).Dispose();
        }
    }

    [Fact]
    public async Task Pictures_that_differ_in_form_between_train_and_test_are_told()
    {
        using TaskBuilder task = Pictures("train/{id}.png", "test/{id}.png", "");
        for (int row = 0; row < TrainRows + TestRows; row++)
        {
            task.Bytes($"public/{(row < TrainRows ? "train" : "test")}/row{row}.png", Png(row < TrainRows ? 32 : 48, 32));
        }

        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        prepared.Facts.Distinguishable.ShouldNotBeNull().Text.ShouldBe("the width of test/{id}.png tells it from test with an AUC of 1.00");
    }

    [Fact]
    public void Files_for_which_the_disk_has_no_room_are_refused_before_they_are_copied()
    {
        using TemporaryFolder folder = new();
        DiskSpace.Require(folder.Path, 1, copies: 2, "the search and the refit");
        Should.Throw<TaskProblemException>(() => DiskSpace.Require(folder.Path, 1L << 60, copies: 2, "the search and the refit")).Message.ShouldStartWith(
            $"files of rows have 1152921504.6 GB and are copied for the search and the refit, 2305843009.2 GB together, and {folder.Path} has ");
    }

    [Fact]
    public void The_size_of_a_picture_stands_in_its_head()
    {
        RowFileLook.PictureSize(Png(640, 480)).ShouldBe((640, 480));
        RowFileLook.PictureSize([0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 17, 8, 1, 0xE0, 2, 0x80, 3, 0, 0]).ShouldBe((640, 480));
        RowFileLook.PictureSize([0xFF, 0xD8, 0xFF, 0xE0]).ShouldBe((0, 0));
        RowFileLook.PictureSize("some text, longer than any head"u8).ShouldBe((0, 0));
    }

    [Fact]
    public void What_files_can_not_be_said_to_be_is_refused()
    {
        using TaskBuilder task = Pictures("train/{id}.png", "test/{id}.png", "");
        task.Replace("task.yaml", "test: \"test/{id}.png\"", "test: \"test/{id}.jpg\"");
        Should.Throw<TaskProblemException>(() => task.Read()).Message.ShouldContain("'train/{id}.png' and 'test/{id}.jpg' under 'files' end otherwise, so a file of train would be told among those of test");
        task.Replace("task.yaml", "test/{id}.jpg", "test/{id}.png").Replace("task.yaml", "files:\n", "files:\n  - {train: \"more/{id}.png\", test: \"test/{id}.png\"}\n");
        Should.Throw<TaskProblemException>(() => task.Read()).Message.ShouldContain("'files' has 'train/{id}.png' or what it is called in test twice; rows have one file of each name");
    }

    [Theory]
    [InlineData("images/{id}1.png", "'images/{id}1.png' under 'files' must go on behind {id} with a sign such as . or _, for another id might end as it goes on")]
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
    public async Task Fresh_splits_and_the_sentinel_have_the_files_of_their_rows_and_no_others()
    {
        using TaskBuilder task = Pictures("train/{id}.png", "test/{id}.png", "");
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        (await prepared.Holdout.PrepareFreshAsync(prepared.Folder, TestContext.Current.CancellationToken)).ShouldNotBeNull();
        prepared.Holdout.PrepareSentinel(Path.Combine(prepared.Folder, "sentinel"), TestContext.Current.CancellationToken);
        foreach (string folder in (string[])["fresh", "sentinel/search"])
        {
            foreach (string table in (string[])["train", "test"])
            {
                CsvTable rows = prepared.Table($"{folder}/{table}.csv");
                Directory.EnumerateFiles(Path.Combine(prepared.Folder, folder, table)).Select(Path.GetFileNameWithoutExtension).ShouldBe(TaskTables.Ids(rows, "id"), ignoreOrder: true);
            }

            CsvTable learnt = prepared.Table($"{folder}/train.csv");
            Contents(prepared, folder, learnt, "train/{id}.png").ShouldBe(Own(learnt));
        }
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
    private static TaskBuilder Pictures(string train, string test, string ending, Func<int, string>? named = null)
    {
        TaskBuilder task = new();
        string Id(int row) => (named?.Invoke(row) ?? $"row{row}") + ending;
        task.Replace("task.yaml", "license: MIT\n", $"files:\n  - {{train: \"{train}\", test: \"{test}\"}}\nsplit: random\nlicense: MIT\n");
        task.Text("public/train.csv", "id,number,rent\n" + string.Concat(Enumerable.Range(0, TrainRows).Select(row => $"{Id(row)},{row},{500 + (row * 7 % 90)}\n")));
        task.Text("public/sample_submission.csv", "id,rent\n" + string.Concat(Enumerable.Range(TrainRows, TestRows).Select(row => $"{Id(row)},1\n")));
        task.Delete("public/test.csv").Delete("private/answers.csv");
        for (int row = 0; row < TrainRows + TestRows; row++)
        {
            task.Text("public/" + Named(row < TrainRows ? train : test, Id(row)), Words(row));
        }

        return task;
    }

    /// <summary>Its head alone.</summary>
    private static byte[] Png(int width, int height) =>
        [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, (byte)(width >> 8), (byte)width, 0, 0, (byte)(height >> 8), (byte)height, 8, 0, 0, 0, 0];

    private static string Words(int row) => $"file of {(row < TrainRows ? "train" : "test")} {row}".PadRight(Length);

    private static string Named(string pattern, string id) => pattern.Replace("{id}", id, StringComparison.Ordinal) + (pattern.EndsWith('/') ? "first.bin" : "");

    private static string[] Contents(PreparedTask prepared, string folder, CsvTable table, string pattern) =>
        [.. TaskTables.Ids(table, "id").Select(id => File.ReadAllText(Path.Combine(prepared.Folder, folder, Named(pattern, id)))["file of ".Length..].TrimEnd())];

    /// <summary>What stands in the file of each row of train.</summary>
    private static string[] Own(CsvTable table) => [.. Enumerable.Range(0, table.Rows).Select(row => $"train {table.Field(row, 1).ToString()}")];

    private static async Task RefusedAsync(TaskBuilder task, string message) =>
        (await Should.ThrowAsync<TaskProblemException>(() => PreparedTask.MakeAsync(task.Path))).Message.ShouldBe(message);
}
