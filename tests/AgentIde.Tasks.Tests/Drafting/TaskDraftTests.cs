using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Drafting;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Tests.Drafting;

public sealed class TaskDraftTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> RealTasks => [.. Repository.ShippedTasks.Concat(Repository.SharedTasks)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(RealTasks))]
    public void Label_id_and_kind_of_a_real_task_come_back_from_its_data(string task)
    {
        TaskFolder known = TaskFolder.Read(task);
        foreach (bool withSample in (bool[])[true, false])
        {
            using TemporaryFolder copy = new();
            foreach (string file in Directory.EnumerateFiles(Path.Combine(task, "public")).Where(file => withSample || !Path.GetFileName(file).StartsWith("sample", StringComparison.Ordinal)))
            {
                File.Copy(file, copy[Path.GetFileName(file)]);
            }

            TaskDraft draft = TaskDraft.Of(new TaskWish(copy.Path));
            draft.Label.ShouldBe(known.Facts.Label);
            draft.IdColumn.ShouldBe(known.Facts.IdColumn);
            draft.Kind.ShouldBe(known.Metric.Facts.Predicts == PredictionKind.Values ? LabelKind.Numbers : LabelKind.Classes, draft.WhyMetric);
            TaskFolder made = draft.Write();
            made.Metric.ShouldBe(draft.Metric);
            made.Facts.Targets.Order().ShouldBe((withSample ? known.Facts.Targets : draft.Targets).Order());
        }
    }

    [Fact]
    public void The_metric_of_the_diamonds_is_found_and_its_reason_is_said()
    {
        string diamonds = Repository.ShippedTasks.Single(task => Path.GetFileName(task) == "diamonds");
        Directory.CreateDirectory(_folder["data"]);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(diamonds, "public")))
        {
            File.Copy(file, Path.Combine(_folder["data"], Path.GetFileName(file)));
        }

        TaskDraft draft = TaskDraft.Of(new TaskWish(_folder.Path, Title: "Diamond price: \"new\""));
        draft.Metric.Name.ShouldBe("rmsle");
        draft.WhyMetric.ShouldContain("skewed to the right (1.6)");
        draft.WhyLabel.ShouldContain("sample submission asks for it");
        TaskFolder task = draft.Write();
        task.Facts.Title.ShouldBe("Diamond price: \"new\"");
        task.SideFiles.ShouldBeEmpty();
        File.ReadAllText(_folder["description.md"]).ShouldContain("- `carat`: [");
        File.Exists(_folder["data/train.csv.gz"]).ShouldBeTrue("the owner's files stay where they are");
    }

    [Theory]
    [InlineData("1,a|2,b|3,a|4,b", null, "accuracy", LabelKind.Classes)]
    [InlineData("1,0|2,1|3,0|4,0", null, "roc-auc", LabelKind.Classes)]
    [InlineData("1,0|2,1|3,0|4,0", "8,1|9,0", "accuracy", LabelKind.Classes)]
    [InlineData("1,0|2,1|3,0|4,0", "8,0.5|9,0.5", "roc-auc", LabelKind.Classes)]
    [InlineData("1,a|2,b|3,c|4,a|5,b|6,c", null, "multi-class-log-loss", LabelKind.Classes)]
    [InlineData("1,a|2,b|3,c|4,a|5,b|6,c", "8,a|9,a", "accuracy", LabelKind.Classes)]
    [InlineData("1,-3|2,4.5|3,9|4,12", null, "rmse", LabelKind.Numbers)]
    [InlineData("1,0.5|2,1.5|3,0.5", null, "rmse", LabelKind.Numbers)]
    [InlineData("1,1|2,2|3,1|4,1|5,2|6,900", null, "rmsle", LabelKind.Numbers)]
    [InlineData("1,True|2,False|3,True|4,True", null, "accuracy", LabelKind.Classes)]
    public void The_metric_follows_from_the_labels_values_and_the_sample(string rows, string? sample, string metric, LabelKind kind)
    {
        Put("train.csv", "id,y\n" + Lines(rows));
        Put("test.csv", "id\n8\n9\n");
        if (sample is not null)
        {
            Put("sample_submission.csv", "id,y\n" + Lines(sample));
        }

        TaskDraft draft = TaskDraft.Of(new TaskWish(_folder.Path));
        (draft.Metric.Name, draft.Kind).ShouldBe((metric, kind), draft.WhyMetric);
        draft.Write().Metric.Name.ShouldBe(metric);
    }

    [Fact]
    public void Whole_numbers_of_few_values_are_classes_unless_an_amount_is_asked_for()
    {
        Put("train.csv", "id,stars\n" + string.Concat(Enumerable.Range(0, 100).Select(row => $"{row},{row % 5}\n")));
        Put("test.csv", "id\n200\n201\n");
        TaskDraft.Of(new TaskWish(_folder.Path)).Metric.Name.ShouldBe("multi-class-log-loss");
        TaskDraft.Of(new TaskWish(_folder.Path, Metric: "rmse")).Kind.ShouldBe(LabelKind.Numbers);
        TaskDraft.Of(new TaskWish(_folder.Path)).Write().Facts.Targets.ShouldBe(["0", "1", "2", "3", "4"]);
    }

    [Fact]
    public void Rows_without_ids_are_numbered_in_copies_and_the_owners_files_stay_as_they_are()
    {
        Put("Train.CSV", "rooms,rent\n2,500\n3,700\n1,\"1,300\"\n".Replace("\"1,300\"", "300", StringComparison.Ordinal));
        Put("test.csv", "rooms\n2\n2\n");
        TaskDraft draft = TaskDraft.Of(new TaskWish(_folder.Path));
        (draft.IdColumn, draft.WhyIdColumn).ShouldBe(("id", "no column names the rows: they are numbered"));
        draft.Write();
        File.ReadAllText(_folder["public/train.csv"]).ShouldBe("id,rooms,rent\ntrain-1,2,500\ntrain-2,3,700\ntrain-3,1,300\n");
        File.ReadAllText(_folder["public/sample_submission.csv"]).ShouldBe("id,rent\ntest-1,500\ntest-2,500\n");
        File.ReadAllText(_folder["Train.CSV"]).ShouldBe("rooms,rent\n2,500\n3,700\n1,300\n");
    }

    [Fact]
    public void Ids_that_both_tables_use_are_said_to_be_the_reason_for_new_ones()
    {
        Put("train.csv", "id,x,y\n1,5,2.5\n2,6,3\n");
        Put("test.csv", "id,x\n1,7\n2,8\n");
        TaskDraft draft = TaskDraft.Of(new TaskWish(_folder.Path));
        (draft.IdColumn, draft.WhyIdColumn).ShouldBe(("row_id", "train.csv and test.csv use the same values of 'id' for different rows, so they are numbered"));
    }

    [Fact]
    public void A_link_to_nowhere_is_said_to_be_one()
    {
        File.CreateSymbolicLink(_folder["link"], "gone");
        Should.Throw<TaskProblemException>(() => TaskDraft.Of(new TaskWish(_folder["link"]))).Message.ShouldEndWith("is a link to gone, which is not there");
    }

    [Fact]
    public void An_id_is_told_by_its_name_before_its_place()
    {
        Put("train.csv", "height,PassengerId,paid,y\n1,1,1,0.5\n2,2,0,0.7\n");
        Put("test.csv", "height,PassengerId,paid\n3,3,1\n4,4,1\n");
        TaskDraft.Of(new TaskWish(_folder.Path)).IdColumn.ShouldBe("PassengerId");
        TaskDraft.Of(new TaskWish(_folder.Path, IdColumn: "height")).IdColumn.ShouldBe("height");
    }

    [Fact]
    public void Files_that_are_in_place_are_left_there_and_only_what_is_missing_is_written()
    {
        Directory.CreateDirectory(_folder["public"]);
        Put("public/train.csv", "id,y\n1,2.5\n2,3.5\n");
        Put("public/test.csv", "id\n3\n");
        Put("description.md", "# Mine\n");
        TaskDraft draft = TaskDraft.Of(new TaskWish(_folder.Path));
        draft.Files.Select(file => file.Path).ShouldBe(["public/sample_submission.csv", "task.yaml"]);
        draft.Write().Facts.Description.ShouldBe("# Mine\n");
        Should.Throw<TaskProblemException>(() => TaskDraft.Of(new TaskWish(_folder.Path))).Message.ShouldContain("is a task already");
    }

    [Fact]
    public void Classes_that_come_late_in_a_long_file_are_found_though_only_its_beginning_was_looked_at()
    {
        StringBuilder train = new("id,y\n");
        for (int row = 0; row < 60_000; row++)
        {
            train.Append(row).Append(row == 59_999 ? ",late\n" : row % 3 == 0 ? ",a\n" : row % 3 == 1 ? ",b\n" : ",c\n");
        }

        Put("train.csv", train.ToString());
        Put("test.csv", "id\n70000\n");
        TaskDraft.Of(new TaskWish(_folder.Path)).Targets.ShouldBe(["a", "b", "c", "late"]);
    }

    [Theory]
    [InlineData("a,b,w,z\n1,2,3,4\n", "a,b\n1,2\n", "has 2 columns that test.csv lacks (w, z): name the one to predict with --label", "w,z")]
    [InlineData("a,b\n1,2\n", "a,b\n3,4\n", "have the same columns (a, b): which one is to be predicted? Take it out of test.csv", "a,b")]
    [InlineData("a,b\n1,2\n", "a,b\n3,\n", "have the same columns, and b is empty in test.csv: take the one that is to be predicted out of it", "b")]
    public void A_label_that_is_not_clear_is_asked_for_with_its_candidates(string train, string test, string says, string candidates)
    {
        Put("train.csv", train);
        Put("test.csv", test);
        LabelUnclearException problem = Should.Throw<LabelUnclearException>(() => TaskDraft.Of(new TaskWish(_folder.Path)));
        problem.Message.ShouldContain(says);
        problem.Candidates.ShouldBe(candidates.Split(','));
    }

    [Theory]
    [InlineData("id,y\n1,2\n", "id,y\n3,4\n", "id,y\n3,0\n", null, "test.csv holds the label 'y', which the sample submission asks for: take the column out of it")]
    [InlineData("id,y\n1,2\n", "id,y\n3,4\n", null, "y", "test.csv holds the label 'y': take the column out of it")]
    [InlineData("id,y\n1,2\n2,3\n", "id\n3\n", null, "yy", "train.csv: no column 'yy'; did you mean 'y'?")]
    [InlineData("", "id\n3\n", null, null, "train.csv: the file is empty")]
    [InlineData("id,y\n", "id\n3\n", null, null, "train.csv: no rows under the header")]
    [InlineData("id,y,y\n1,2,3\n", "id\n3\n", null, null, "train.csv line 1: two columns are called 'y'")]
    [InlineData("id;y\n1;2\n", "id\n3\n", null, null, "its columns are separated by semicolons; save it with commas")]
    [InlineData("id,y\n1,2\n2,2\n", "id\n3\n", null, null, "'y' is '2' in every row, so there is nothing to predict; name another column with --label")]
    [InlineData("id,y\n1,one long text\n2,another text\n3,and a third\n", "id\n4\n", null, null, "they are neither numbers nor few classes; name another column with --label")]
    [InlineData("id,y\n1,2.5\n2,3\n", "id\n2\n", "id,y\n2,0\n", null, "use the same values of 'id' for different rows: number those of train.csv on from those of test.csv")]
    [InlineData("id,y,z\n1,2.5,1\n2,3,1\n", "id\n3\n", "id,y,z\n3,0,0\n", null, "asks for 2 columns (y, z): a task predicts one")]
    [InlineData("id,y\n1,2\n2,x\n", "id\n3\n4\n", "id,y\n3,0\n", null, "is not in sample_submission.csv; both need the same ids")]
    [InlineData("id,y\n1,2\n2,\n3,7\n", "id\n4\n", null, null, "train.csv line 3: y is empty; fill it in, or take the row out")]
    public void What_can_not_be_a_task_is_said_with_the_way_out_and_leaves_nothing_behind(string train, string test, string? sample, string? label, string says)
    {
        Put("train.csv", train);
        Put("test.csv", test);
        if (sample is not null)
        {
            Put("sample_submission.csv", sample);
        }

        string[] before = [.. Everything()];
        Should.Throw<TaskProblemException>(() => TaskDraft.Of(new TaskWish(_folder.Path, label)).Write()).Message.ShouldContain(says);
        Everything().ShouldBe(before);
    }

    [Fact]
    public void Text_in_another_encoding_is_named_with_its_line()
    {
        File.WriteAllBytes(_folder["train.csv"], [.. "id,y\n1,2\n2,"u8, 0xE9, (byte)'\n']);
        Put("test.csv", "id\n3\n");
        Should.Throw<TaskProblemException>(() => TaskDraft.Of(new TaskWish(_folder.Path))).Message.ShouldBe("train.csv line 3: not UTF-8 text: save it as UTF-8");
        File.WriteAllBytes(_folder["train.csv"], [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("id,y\n1,2\n")]);
        Should.Throw<TaskProblemException>(() => TaskDraft.Of(new TaskWish(_folder.Path))).Message.ShouldContain("UTF-16 text: save it as UTF-8");
    }

    [Fact]
    public void Missing_and_doubled_files_are_named()
    {
        Should.Throw<TaskProblemException>(() => TaskDraft.Of(new TaskWish(_folder.Path))).Message.ShouldContain("neither train.csv nor test.csv is in it, in data/ or in public/");
        Put("train.csv", "id,y\n1,2\n");
        Should.Throw<TaskProblemException>(() => TaskDraft.Of(new TaskWish(_folder.Path))).Message.ShouldContain("train.csv is there, but test.csv is not");
        Put("train.csv.gz", "");
        Should.Throw<TaskProblemException>(() => TaskDraft.Of(new TaskWish(_folder.Path))).Message.ShouldContain("train.csv and train.csv.gz are both in");
        Should.Throw<TaskProblemException>(() => TaskDraft.Of(new TaskWish(_folder["nowhere"]))).Message.ShouldContain("there is no folder");
    }

    [Fact]
    public void A_table_in_public_under_another_spelling_would_be_shown_with_its_answers_and_is_refused()
    {
        Directory.CreateDirectory(_folder["public"]);
        Put("public/Train.csv", "id,y\n1,2\n");
        Put("public/test.csv", "id\n3\n");
        Should.Throw<TaskProblemException>(() => TaskDraft.Of(new TaskWish(_folder.Path))).Message.ShouldContain("a task calls public/Train.csv public/train.csv: rename it");
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        Put("elsewhere.csv", "id,y\n1,2\n");
        File.CreateSymbolicLink(_folder["train.csv"], _folder["elsewhere.csv"]);
        Put("test.csv", "id\n3\n");
        Should.Throw<TaskProblemException>(() => TaskDraft.Of(new TaskWish(_folder.Path))).Message.ShouldContain("train.csv is a link");
    }

    [Fact]
    public void Names_that_YAML_reads_as_something_else_are_quoted()
    {
        Put("train.csv", "row id,\"a: b\",no\n1,5,0.5\n2,7,1.5\n");
        Put("test.csv", "row id,\"a: b\"\n3,1\n");
        TaskFolder task = TaskDraft.Of(new TaskWish(_folder.Path)).Write();
        (task.Facts.IdColumn, task.Facts.Label).ShouldBe(("row id", "no"));
        File.ReadAllText(_folder["task.yaml"]).ShouldContain("label: \"no\"\n");
    }

    private IEnumerable<string> Everything() => Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private void Put(string file, string text) => File.WriteAllText(_folder[file], text);

    private static string Lines(string rows) => rows.Replace('|', '\n') + "\n";
}
