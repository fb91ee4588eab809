using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Tests.Folders;

public class TaskFolderTests
{
    public static TheoryData<string> Tasks => [.. Repository.ShippedTasks, .. Repository.SharedTasks];

    [Fact]
    public void A_task_folder_is_read_as_it_says()
    {
        using TaskBuilder builder = new();
        TaskFolder task = builder.Read();
        task.Facts.ShouldBe(task.Facts with
        {
            Id = "flats",
            Title = "Rents of flats",
            Description = "# Rents of flats\n",
            Label = "rent",
            IdColumn = "id",
        });
        task.Facts.Targets.ShouldBe(["rent"]);
        task.Facts.Metric.ShouldBe(new MetricFacts("rmse", "RMSE", MetricDirection.LowerIsBetter, PredictionKind.Values));
        task.Split.ShouldBe(new SplitChoice(SplitRule.Auto, null));
        task.License.ShouldBe("MIT");
        task.Source.ShouldBe("made up");
        task.TrainFile.ShouldBe(builder.File("public/train.csv"));
        task.AnswersFile.ShouldBe(builder.File("private/answers.csv"));
        task.SolutionFile.ShouldBe(builder.File("solution.py"));
        task.SideFiles.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(150, null)]
    [InlineData(100, "trivial")]
    [InlineData(50, "trivial")]
    [InlineData(10, "good")]
    [InlineData(0, "good")]
    public void The_reference_reached_is_the_highest_that_the_score_is_as_good_as(double score, string? reference)
    {
        using TaskBuilder task = new();
        task.Read().References.Reached(score).ShouldBe(reference);
    }

    [Fact]
    public void The_label_is_the_column_that_test_lacks_and_the_solution_may_have_a_name()
    {
        using TaskBuilder builder = new();
        TaskFolder task = builder.Replace("task.yaml", "label: rent\n", "solution: src/rents.py\n").Read();
        task.Facts.Label.ShouldBe("rent");
        task.SolutionFile.ShouldBe(builder.File("src/rents.py"));
    }

    [Fact]
    public void Targets_come_in_the_order_of_the_sample()
    {
        using TaskBuilder task = new();
        task.Replace("task.yaml", "metric: rmse", "metric: multi-class-log-loss").Replace("task.yaml", "[rent]", "[low, high]")
            .Text("public/train.csv", "id,rooms,rent\n1,1,low\n2,2,high\n")
            .Text("public/sample_submission.csv", "high,id,low\n.5,5,.5\n.5,6,.5\n")
            .Text("private/answers.csv", "id,low,high\n5,1,0\n6,0,1\n");
        task.Read().Facts.Targets.ShouldBe(["high", "low"]);
    }

    [Fact]
    public void The_digest_is_of_task_yaml_and_public_alone()
    {
        using TaskBuilder task = new();
        Digest before = task.Read().Facts.Digest;
        task.Text("private/answers.csv", "id,rent\n5,1\n6,2\n").Text("solution.py", "print()\n").Read().Facts.Digest.ShouldBe(before);
        task.Text("public/side.txt", "x").Read().Facts.Digest.ShouldNotBe(before);
        task.Delete("public/side.txt").Read().Facts.Digest.ShouldBe(before);
        task.Text("task.yaml", TaskBuilder.Yaml + "# a remark\n").Read().Facts.Digest.ShouldNotBe(before);
    }

    [Fact]
    public void A_task_without_answers_has_no_private_grader()
    {
        using TaskBuilder task = new();
        task.Delete("private/answers.csv").Read().PrivateGrader().ShouldBeNull();
    }

    [Fact]
    public void The_shipped_tasks_state_their_licence_and_source()
    {
        Repository.ShippedTasks.Count().ShouldBeGreaterThanOrEqualTo(2);
        string table = File.ReadAllText(Path.Combine(Repository.Root, "tasks", "README.md"));
        foreach (TaskFolder task in Repository.ShippedTasks.Select(path => TaskFolder.Read(path)))
        {
            table.ShouldContain($"`{task.Facts.Id}`");
            table.ShouldContain(task.License!);
            table.ShouldContain(task.Source!);
        }
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task Real_tasks_are_read_and_graded(string path)
    {
        TaskFolder task = TaskFolder.Read(path);
        IGrader grader = task.PrivateGrader()!;
        byte[] sample = Inflated.Read(task.SampleSubmissionFile);
        Grade trivial = await grader.GradeAsync(sample, CancellationToken.None);
        trivial.Problem.ShouldBeNull();
        double reference = task.References.All[0].Score;
        task.References.All[0].Name.ShouldBe("trivial");
        trivial.Score!.Value.ShouldBe(reference, 0.03 * Math.Abs(reference));

        Grade perfect = await grader.GradeAsync(Inflated.Read(task.AnswersFile!), CancellationToken.None);
        perfect.Problem.ShouldBeNull();
        perfect.Score!.Value.ShouldBe(task.Facts.Metric.Direction == MetricDirection.LowerIsBetter ? 0 : 1, 1e-12);
        task.References.Reached(perfect.Score.Value).ShouldBe("strong");
    }
}
