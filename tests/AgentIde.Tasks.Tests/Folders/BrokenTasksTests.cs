using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Tests.Folders;

public class BrokenTasksTests
{
    private static readonly string Deep = new string('[', 20) + new string(']', 20);

    private static readonly (string Name, Func<TaskBuilder, TaskBuilder> Break)[] Breakages =
    [
        ("no task.yaml", task => task.Delete("task.yaml")),
        ("an empty task.yaml", task => task.Text("task.yaml", "")),
        ("broken YAML", task => task.Text("task.yaml", "id: flats\ntitle: \"Rents\nmetric: rmse\n")),
        ("bad indentation", task => task.Text("task.yaml", "id: flats\n  title: Rents\n")),
        ("a list for a mapping", task => task.Text("task.yaml", "- id\n- title\n")),
        ("two documents", task => task.Text("task.yaml", TaskBuilder.Yaml + "---\nid: more\n")),
        ("an unknown key", task => task.Replace("task.yaml", "metric:", "metrc:")),
        ("an unknown key far from any", task => task.Replace("task.yaml", "license:", "colour:")),
        ("an unknown key of submission", task => task.Replace("task.yaml", "  target:", "  targets:")),
        ("a key twice", task => task.Text("task.yaml", TaskBuilder.Yaml + "title: Again\n")),
        ("a missing key", task => task.Replace("task.yaml", "title: Rents of flats\n", "")),
        ("no submission", task => task.Replace("task.yaml", "submission:\n  id: id\n  target: [rent]\n", "")),
        ("a list for text", task => task.Replace("task.yaml", "title: Rents of flats", "title: [Rents, flats]")),
        ("text for a mapping", task => task.Replace("task.yaml", "submission:\n  id: id\n  target: [rent]\n", "submission: rent\n")),
        ("an empty value", task => task.Replace("task.yaml", "title: Rents of flats", "title:")),
        ("a reference that is no number", task => task.Replace("task.yaml", "good: 10", "good: ten")),
        ("no targets", task => task.Replace("task.yaml", "[rent]", "[]")),
        ("an id that is no name", task => task.Replace("task.yaml", "id: flats", "id: ../flats")),
        ("an alias", task => task.Replace("task.yaml", "license: MIT", "license: &a MIT").Replace("task.yaml", "source: made up", "source: *a")),
        ("an alias bomb", task => task.Text("task.yaml", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n")),
        ("a tag", task => task.Replace("task.yaml", "title: Rents of flats", "title: !!python/object:os.system x")),
        ("deep nesting", task => task.Replace("task.yaml", "license: MIT", "license: " + Deep)),
        ("a list that never ends", task => task.Replace("task.yaml", "license: MIT", "license: " + new string('[', 200))),
        ("a huge task.yaml", task => task.Text("task.yaml", TaskBuilder.Yaml + "#" + new string('x', 1 << 20))),
        ("a NUL in task.yaml", task => task.Replace("task.yaml", "made up", "made\0up")),
        ("a task.yaml that is no UTF-8", task => task.Bytes("task.yaml", [.. Encoding.UTF8.GetBytes(TaskBuilder.Yaml), 0xFF])),
        ("an unknown metric", task => task.Replace("task.yaml", "metric: rmse", "metric: rmsel")),
        ("an unknown split", task => task.Replace("task.yaml", "label: rent", "label: rent\nsplit: stratify")),
        ("a split by a missing column", task => task.Replace("task.yaml", "label: rent", "label: rent\nsplit: group:house")),
        ("a description outside", task => task.Replace("task.yaml", "description.md", "../../etc/hostname")),
        ("an absolute description", task => task.Replace("task.yaml", "description.md", "/etc/hostname")),
        ("a missing description", task => task.Delete("description.md")),
        ("a description that is a link", task => task.Delete("description.md").Link("description.md", "/etc/hostname")),
        ("a solution outside", task => task.Replace("task.yaml", "license: MIT", "solution: ../solution.py")),
        ("a link in public", task => task.Link("public/images/one.png", "/etc/hostname")),
        ("a link for train", task => task.Delete("public/train.csv").Link("public/train.csv", "/etc/hostname")),
        ("a link for the answers", task => task.Delete("private/answers.csv").Link("private/answers.csv", "/etc/hostname")),
        ("a link for a folder", task => task.Link("public/more", "/etc")),
        ("no train", task => task.Delete("public/train.csv")),
        ("no test", task => task.Delete("public/test.csv")),
        ("no sample", task => task.Delete("public/sample_submission.csv")),
        ("train twice", task => task.Bytes("public/train.csv.gz", TaskBuilder.Gzip("id,rooms,rent\n1,2,3\n"u8.ToArray()))),
        ("an empty train", task => task.Text("public/train.csv", "")),
        ("an empty gzip", task => task.Delete("public/train.csv").Bytes("public/train.csv.gz", TaskBuilder.Gzip([]))),
        ("no rows", task => task.Text("public/train.csv", "id,rooms,rent\n")),
        ("a ragged row", task => task.Text("public/train.csv", "id,rooms,rent\n1,2,500\n2,3\n")),
        ("a row too long", task => task.Text("public/train.csv", "id,rooms,rent\n1,\"2\n\n\",500\n2,3,4,5\n")),
        ("a quote that is never closed", task => task.Text("public/train.csv", "id,rooms,rent\n1,2,500\n2,\"3,700\n3,1,300\n")),
        ("text after a quote", task => task.Text("public/train.csv", "id,rooms,rent\n1,\"2\"x,500\n")),
        ("a NUL in train", task => task.Text("public/train.csv", "id,rooms,rent\n1,2,500\n2,\0,700\n")),
        ("Latin-1 in train", task => task.Bytes("public/train.csv", [.. "id,rooms,rent\n1,2,500\n2,"u8, 0xE9, .. ",700\n"u8])),
        ("UTF-16 in train", task => task.Bytes("public/train.csv", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("id,rooms,rent\n1,2,500\n")])),
        ("a gzip cut off", task => task.Delete("public/train.csv").Bytes("public/train.csv.gz", TaskBuilder.Gzip("id,rooms,rent\n1,2,500\n"u8.ToArray())[..^9])),
        ("a header twice", task => task.Text("public/train.csv", "id,rooms,rooms,rent\n1,2,2,500\n")),
        ("a header without a name", task => task.Text("public/train.csv", ",id,rooms,rent\n0,1,2,500\n")),
        ("no id in train", task => task.Text("public/train.csv", "ID,rooms,rent\n1,2,500\n")),
        ("no label in train", task => task.Text("public/train.csv", "id,rooms,rents\n1,2,500\n")),
        ("no id in test", task => task.Text("public/test.csv", "rooms\n2\n3\n")),
        ("no target in the sample", task => task.Text("public/sample_submission.csv", "id,price\n5,1\n6,1\n")),
        ("one column too many in the sample", task => task.Text("public/sample_submission.csv", "id,rent,x\n5,1,1\n6,1,1\n")),
        ("a column of test that train lacks", task => task.Text("public/test.csv", "id,rooms,floor\n5,2,1\n6,3,1\n")),
        ("the label in test", task => task.Text("public/test.csv", "id,rooms,rent\n5,2,1\n6,3,1\n")),
        ("no label and two columns", task => task.Replace("task.yaml", "label: rent\n", "").Text("public/test.csv", "id\n5\n6\n")),
        ("an id twice", task => task.Text("public/train.csv", "id,rooms,rent\n1,2,500\n2,3,700\n1,1,300\n")),
        ("an empty id", task => task.Text("public/train.csv", "id,rooms,rent\n1,2,500\n,3,700\n")),
        ("an id in train and test", task => task.Text("public/train.csv", "id,rooms,rent\n1,2,500\n5,3,700\n")),
        ("an id of test that the sample lacks", task => task.Text("public/sample_submission.csv", "id,rent\n5,1\n")),
        ("an id of the sample that test lacks", task => task.Text("public/sample_submission.csv", "id,rent\n5,1\n6,1\n7,1\n")),
        ("a label that is no number", task => task.Text("public/train.csv", "id,rooms,rent\n1,2,500\n2,3,much\n")),
        ("a missing label", task => task.Text("public/train.csv", "id,rooms,rent\n1,2,500\n2,3,\n")),
        ("an infinite label", task => task.Text("public/train.csv", "id,rooms,rent\n1,2,inf\n2,3,4\n")),
        ("a negative label for rmsle", task => task.Replace("task.yaml", "metric: rmse", "metric: rmsle").Text("public/train.csv", "id,rooms,rent\n1,2,-3\n2,3,4\n")),
        ("a label that is no 0 or 1", task => task.Replace("task.yaml", "metric: rmse", "metric: roc_auc")),
        ("answers of one class", task => task.Replace("task.yaml", "metric: rmse", "metric: roc-auc").Text("public/train.csv", "id,rooms,rent\n1,2,0\n2,3,1\n").Text("private/answers.csv", "id,rent\n5,1\n6,1\n")),
        ("classes in a single column", task => task.Replace("task.yaml", "metric: rmse", "metric: multi_class_log_loss")),
        ("two targets for one number", task => task.Replace("task.yaml", "[rent]", "[rent, more]").Text("public/sample_submission.csv", "id,rent,more\n5,1,1\n6,1,1\n")),
        ("no target in the answers", task => task.Text("private/answers.csv", "id,rnt\n5,510\n6,690\n")),
        ("an answer missing", task => task.Text("private/answers.csv", "id,rent\n5,510\n")),
        ("an answer too many", task => task.Text("private/answers.csv", "id,rent\n5,510\n6,690\n7,1\n")),
        ("an answer that is no number", task => task.Text("private/answers.csv", "id,rent\n5,510\n6,NA\n")),
    ];

    [Fact]
    public void Each_broken_task_folder_has_its_clear_message()
    {
        StringBuilder table = new();
        foreach ((string name, Func<TaskBuilder, TaskBuilder> breakIt) in Breakages)
        {
            using TaskBuilder task = new();
            TaskProblemException problem = Should.Throw<TaskProblemException>(() => breakIt(task).Read(), name);
            problem.Message.Contains('\n').ShouldBeFalse(name);
            table.Append(name).Append("\n    ").Append(problem.Message.Replace(task.Path, "FOLDER", StringComparison.Ordinal)).Append('\n');
        }

        ExpectedText.ShouldMatch(table.ToString(), "broken-tasks.txt");
    }

    [Fact]
    public void A_folder_that_is_not_there_and_a_file_in_its_place_are_told_apart()
    {
        using TaskBuilder task = new();
        Should.Throw<TaskProblemException>(() => TaskFolder.Read(task.File("nowhere"))).Message.ShouldBe($"there is no folder {task.File("nowhere")}");
        Should.Throw<TaskProblemException>(() => TaskFolder.Read(task.File("task.yaml"))).Message
            .ShouldBe($"{task.File("task.yaml")} is a file; name the task's folder, which holds task.yaml");
    }

    [Fact]
    public void A_task_is_not_read_through_a_link_in_the_place_of_public()
    {
        using TaskBuilder task = new();
        using TaskBuilder other = new();
        Directory.Delete(task.File("public"), recursive: true);
        Directory.CreateSymbolicLink(task.File("public"), other.File("public"));
        Should.Throw<TaskProblemException>(task.Read).Message.ShouldBe("public is a link; a task holds its files themselves: copy the target here");
    }
}
