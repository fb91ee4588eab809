using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;
using AgentIde.Tasks.Statistics;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>What candidates see, on the shipped tasks.</summary>
public class BlindFilesTests(PreparedTasks tasks)
{
    public static TheoryData<string> Tasks => [.. Repository.ShippedTasks.Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task Every_row_is_there_once_and_no_holdout_row_is_in_the_train_that_candidates_see(string name)
    {
        PreparedTask prepared = await tasks.GetAsync(name);
        string label = prepared.Task.Facts.Label;
        List<string> original = [.. prepared.Rows(prepared.Task.ReadTrain()).Select(row => row.Text), .. prepared.Rows(prepared.Task.ReadTest()).Select(row => row.Text)];
        CsvTable train = prepared.Table("search/train.csv");
        CsvTable test = prepared.Table("search/test.csv");
        CsvTable refitTrain = prepared.Table("refit/train.csv");
        CsvTable refitTest = prepared.Table("refit/test.csv");

        train.Rows.ShouldBe(prepared.Facts.TrainRows);
        test.Rows.ShouldBe(prepared.Facts.HoldoutRows + prepared.Facts.TestRows);
        refitTrain.Rows.ShouldBe(prepared.Facts.TrainRows + prepared.Facts.HoldoutRows);
        refitTest.Rows.ShouldBe(prepared.Facts.TestRows);
        prepared.Facts.HoldoutRows.ShouldBeInRange((int)(0.1 * refitTrain.Rows), (int)(0.25 * refitTrain.Rows));
        prepared.Facts.HoldoutRows.ShouldBeLessThanOrEqualTo((int)Math.Ceiling(0.3 * test.Rows));

        // The same texts as in the task's own files, fields in the task's own columns: nothing added, lost or reformatted.
        test.Header.ShouldNotContain(label);
        List<string> search = [.. prepared.Rows(train).Select(row => row.Text), .. prepared.Rows(test).Select(row => row.Text)];
        search.Order(StringComparer.Ordinal).ShouldBe(original.Order(StringComparer.Ordinal));
        List<string> refit = [.. prepared.Rows(refitTrain).Select(row => row.Text), .. prepared.Rows(refitTest).Select(row => row.Text)];
        refit.Order(StringComparer.Ordinal).ShouldBe(original.Order(StringComparer.Ordinal));
        refitTrain.Header.ShouldBe(prepared.Task.ReadTrain().Header);
        refitTest.Header.ShouldBe(prepared.Task.ReadTest().Header);

        int[] ids = [.. prepared.Rows(train).Concat(prepared.Rows(test)).Select(row => row.Id)];
        ids.Order().ShouldBe(Enumerable.Range(0, original.Count));
        prepared.Rows(refitTest).Select(row => row.Id).ShouldBeSubsetOf(prepared.Rows(test).Select(row => row.Id));
        string[] rowById = new string[original.Count];
        foreach ((int id, string text) in prepared.Rows(train).Concat(prepared.Rows(test)))
        {
            rowById[id] = text;
        }

        prepared.Rows(refitTrain).Concat(prepared.Rows(refitTest)).ShouldAllBe(row => rowById[row.Id] == row.Text);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task Neither_ids_nor_places_tell_where_a_row_comes_from(string name)
    {
        PreparedTask prepared = await tasks.GetAsync(name);
        BlindPlan plan = prepared.Holdout.Plan;
        int[][] orders = [plan.SearchTrain, plan.Mixed, plan.RefitTrain, plan.RefitTest];
        foreach (int[] order in orders)
        {
            double[] places = [.. Enumerable.Range(0, order.Length).Select(place => (double)place)];
            double[] origins = [.. order.Select(row => (double)row)];
            double[] ids = [.. order.Select(row => (double)plan.FreshIds[row])];
            double noise = 4 / Math.Sqrt(order.Length);
            Math.Abs(Ranks.Spearman(places, origins)!.Value).ShouldBeLessThan(noise);
            Math.Abs(Ranks.Spearman(ids, origins)!.Value).ShouldBeLessThan(noise);
            Math.Abs(Ranks.Spearman(ids, places)!.Value).ShouldBeLessThan(noise);
        }

        double[] cut = [.. Enumerable.Range(0, plan.TrainRows).Select(row => plan.Holdout.AsSpan().BinarySearch(row) >= 0 ? 1.0 : 0.0)];
        double[] rows = [.. Enumerable.Range(0, plan.TrainRows).Select(row => (double)row)];
        Math.Abs(Ranks.Spearman(rows, cut)!.Value).ShouldBeLessThan(4 / Math.Sqrt(plan.TrainRows));
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task The_sample_is_made_anew_with_constants_in_the_order_of_test(string name)
    {
        PreparedTask prepared = await tasks.GetAsync(name);
        foreach (string folder in (string[])["search", "refit"])
        {
            CsvTable sample = prepared.Table($"{folder}/sample_submission.csv");
            sample.Header.ShouldBe(prepared.Task.ReadSample().Header);
            prepared.Rows(sample).Select(row => row.Id).ShouldBe(prepared.Rows(prepared.Table($"{folder}/test.csv")).Select(row => row.Id));
            prepared.Rows(sample).Select(row => row.Text).Distinct().Count().ShouldBe(1);
        }
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task All_files_have_one_time_and_one_set_of_rights_and_nothing_else_lies_there(string name)
    {
        PreparedTask prepared = await tasks.GetAsync(name);
        Directory.EnumerateFileSystemEntries(prepared.Folder).Select(Path.GetFileName).Order().ShouldBe(["refit", "search"]);
        foreach (string folder in (string[])["search", "refit"])
        {
            string[] files = [.. Directory.EnumerateFiles(Path.Combine(prepared.Folder, folder), "*", SearchOption.AllDirectories)];
            files.Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["sample_submission.csv", "test.csv", "train.csv"]);
            files.Select(File.GetLastWriteTimeUtc).Distinct().ShouldBe([new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc)]);
            foreach (string file in files)
            {
                if (!OperatingSystem.IsWindows())
                {
                    File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
                }
            }
        }
    }

    [Fact]
    public async Task Quotes_line_ends_and_the_columns_of_each_file_tell_nothing_of_a_row()
    {
        using TaskBuilder builder = new();
        builder.Text("public/train.csv", "\"id\",\"note\",\"rent\",\"rooms\"\r\n" + string.Concat(Enumerable.Range(0, 40).Select(row => $"\"a{row}\",\"n, \"\"{row}\"\"\n\",\"{row}.50\",\"0{row}\"\r\n")));
        builder.Text("public/test.csv", "rooms,note,id\n" + string.Concat(Enumerable.Range(0, 40).Select(row => $"0{row},n{row},b{row}\n")));
        builder.Text("public/sample_submission.csv", "id,rent\n" + string.Concat(Enumerable.Range(0, 40).Select(row => $"b{row},1\n")));
        builder.Delete("private/answers.csv");
        using PreparedTask prepared = await PreparedTask.MakeAsync(builder.Path);
        string test = Encoding.UTF8.GetString(Inflated.Read(Path.Combine(prepared.Folder, "search", "test.csv")));
        test.ShouldStartWith("rooms,note,id\n");
        test.ShouldNotContain('\r');
        CsvTable mixed = prepared.Table("search/test.csv");
        for (int row = 0; row < mixed.Rows; row++)
        {
            mixed.Field(row, 0).ToString().ShouldMatch("^0[0-9]+$");
            mixed.Field(row, 2).ToString().ShouldMatch("^[0-9]+$");
        }

        prepared.Table("search/train.csv").Header.ShouldBe(["id", "note", "rent", "rooms"]);
    }

    [Fact]
    public async Task Side_files_go_along_unless_they_know_the_ids_or_the_label()
    {
        using TaskBuilder task = new();
        task.Text("public/streets/names.csv", "street,length\nHigh Street,200\n").Text("public/notes.txt", "rooms are counted without the kitchen\n");
        using (PreparedTask prepared = await PreparedTask.MakeAsync(task.Path))
        {
            foreach (string folder in (string[])["search", "refit"])
            {
                (await File.ReadAllTextAsync(Path.Combine(prepared.Folder, folder, "streets", "names.csv"))).ShouldBe("street,length\nHigh Street,200\n");
                File.Exists(Path.Combine(prepared.Folder, folder, "notes.txt")).ShouldBeTrue();
            }
        }

        await RefusedAsync(task.Text("public/more.csv", "id,floor\n1,2\n"), "public/more.csv has the column 'id': side tables with ids or labels are not supported yet in this version; join it into train.csv and test.csv");
        await RefusedAsync(task.Text("public/more.csv", "floor,rent\n1,2\n"), "public/more.csv has the column 'rent': side tables with ids or labels are not supported yet in this version; join it into train.csv and test.csv");
        task.Delete("public/more.csv");
        task.Text("public/images/1.png", "").Text("public/images/5.png", "");
        await RefusedAsync(task, "public/images/1.png and its neighbours are named by ids: say under 'files' of task.yaml whose they are, such as files: [{train: \"train_images/{id}.png\", test: \"test_images/{id}.png\"}]");
    }

    private static async Task RefusedAsync(TaskBuilder task, string message) =>
        (await Should.ThrowAsync<TaskProblemException>(() => PreparedTask.MakeAsync(task.Path))).Message.ShouldBe(message);
}
