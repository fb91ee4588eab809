using System.Text.Json;
using AgentIde.Tasks.Folders;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

public sealed class TaskCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TaskCommandTests()
    {
        _folder.Write("my flats/train.csv", "id,rooms,rent\n1,2,500.5\n2,3,700\n3,1,300\n4,2,5100\n");
        _folder.Write("my flats/test.csv", "id,rooms\n5,2\n6,3\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_with_two_tables_becomes_a_task_that_a_run_takes_and_the_next_command_is_said()
    {
        Ended ended = await Program.RunAsync(_folder.Path, "task", "new", "my flats");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Output.ShouldContain("label     rent: the only column of train that test lacks");
        ended.Output.ShouldContain("metric    rmsle: numbers, none below 0 and skewed to the right (1.1)");
        ended.Output.ShouldContain("public/train.csv              a copy of train.csv, which stays where it is");
        ended.Output.ShouldEndWith("  agentide run 'my flats'\n");
        TaskFolder task = TaskFolder.Read(_folder["my flats"]);
        (task.Facts.Id, task.Facts.Title, task.Facts.Label).ShouldBe(("my-flats", "My flats", "rent"));
    }

    [Fact]
    public async Task A_dry_run_says_all_and_writes_nothing()
    {
        Ended ended = await Program.RunAsync(_folder.Path, "task", "new", "my flats", "--metric", "mae", "--title", "Rents", "--dry-run");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Output.ShouldContain("metric: mae   # or ");
        ended.Output.ShouldContain("title: \"Rents\"");
        ended.Output.ShouldContain("Nothing was written");
        Directory.EnumerateFileSystemEntries(_folder["my flats"]).Count().ShouldBe(2);
    }

    [Fact]
    public async Task With_json_there_is_one_document_also_where_the_label_is_not_clear()
    {
        _folder.Write("my flats/test.csv", "id\n5\n6\n");
        Ended unclear = await Program.RunAsync(_folder.Path, "task", "new", "my flats", "--json");
        unclear.ExitCode.ShouldBe(2);
        unclear.Errors.ShouldStartWith("agentide: train.csv has 2 columns that test.csv lacks (rooms, rent): name the one to predict with --label");
        JsonDocument.Parse(unclear.Output).RootElement.GetProperty("candidates").EnumerateArray().Select(column => column.GetString()).ShouldBe(["rooms", "rent"]);

        Ended made = await Program.RunAsync(_folder.Path, "task", "new", "my flats", "--json", "--label", "rent");
        made.ExitCode.ShouldBe(0, made.Errors);
        JsonElement document = JsonDocument.Parse(made.Output).RootElement;
        document.GetProperty("taskFile").GetString().ShouldBe(_folder["my flats", "task.yaml"]);
        document.GetProperty("kind").GetString().ShouldBe("numbers");
        document.GetProperty("why").GetProperty("label").GetString().ShouldBe("you named it");
        document.GetProperty("next").GetString().ShouldBe("agentide run 'my flats'");
    }

    [Fact]
    public async Task A_run_on_two_tables_is_told_what_the_task_is_and_writes_it()
    {
        string[] run = ["run", "my flats", "--engineer", "recording:nowhere.jsonl"];
        Ended unsaid = await Program.RunAsync(_folder.Path, run);
        unsaid.ExitCode.ShouldBe(2, unsaid.Output);
        unsaid.Errors.ShouldStartWith("agentide: my flats has train and test, and no task.yaml: say what the task is, such as --label rent --metric rmsle (the only column of train that test lacks; ");
        File.Exists(_folder["my flats", "task.yaml"]).ShouldBeFalse();

        Ended said = await Program.RunAsync(_folder.Path, [.. run, "--metric", "mae"]);
        said.Errors.ShouldContain("task.yaml written: predicts rent (the only column of train that test lacks) by mae (you named it); rows are named by id");
        said.Errors.ShouldContain("nowhere.jsonl", customMessage: "and the run goes on to its engineer");
        TaskFolder.Read(_folder["my flats"]).Metric.Name.ShouldBe("mae");

        (await Program.RunAsync(_folder.Path, [.. run, "--label", "rooms"])).Errors.ShouldBe("agentide: my flats is a task already, whose task.yaml says what is predicted and by which metric: leave --label out, or change that file.\n");
    }

    [Fact]
    public async Task At_a_terminal_a_run_on_two_tables_asks_what_the_task_is()
    {
        _folder.Write("my flats/test.csv", "id\n5\n6\n");
        Ended asked = await Program.RunAtTerminalAsync(_folder.Path, "rents\nrent\n\n", "run", "my flats", "--engineer", "recording:nowhere.jsonl");
        asked.Output.ShouldContain("Which column is to be predicted: rooms, rent? ");
        asked.Output.ShouldContain("no column 'rents'; did you mean 'rent'?");
        asked.Output.ShouldContain("By which metric (");
        asked.Output.ShouldContain("? [rmsle]");
        asked.Output.ShouldContain("task.yaml written: predicts rent (you named it) by rmsle (");
        TaskFolder.Read(_folder["my flats"]).Facts.Label.ShouldBe("rent");
    }

    [Theory]
    [InlineData("there is no folder nowhere", "nowhere")]
    [InlineData("there is no metric 'rmsel': it is rmse", "my flats", "--metric", "rmsel")]
    [InlineData("train.csv: no column 'rents'; did you mean 'rent'?", "my flats", "--label", "rents")]
    [InlineData("agentide task new --help tells more", "my flats", "--bogus")]
    public async Task A_mistake_is_one_line_with_the_way_out(string says, params string[] arguments)
    {
        Ended ended = await Program.RunAsync(_folder.Path, ["task", "new", .. arguments]);
        ended.ExitCode.ShouldBe(2, ended.Output);
        ended.Errors.ShouldContain(says);
        ended.Errors.Trim().Split('\n').Length.ShouldBe(1, ended.Errors);
    }

    [Fact]
    public async Task An_editor_has_the_language_server_make_a_task_or_hears_which_columns_it_could_predict()
    {
        _folder.Write("unclear/train.csv", "id,a,b\n1,2,3\n2,3,4\n");
        _folder.Write("unclear/test.csv", "id\n5\n");
        string root = new Uri(_folder.Path).AbsoluteUri;
        string output = await Program.SpeakAsync(
            _folder.Path,
            [$$$$"""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":"{{{{root}}}}","capabilities":{}}}""", """{"jsonrpc":"2.0","method":"initialized","params":{}}""",
                """{"jsonrpc":"2.0","id":2,"method":"workspace/executeCommand","params":{"command":"agentide.task.create","arguments":[{"folder":"my flats","metric":"mae"}]}}""",
                """{"jsonrpc":"2.0","id":3,"method":"workspace/executeCommand","params":{"command":"agentide.task.create","arguments":[{"folder":"unclear"}]}}"""],
            "\"id\":2", "\"id\":3");
        output.ShouldContain("\"label\":\"rent\",\"metric\":\"mae\",\"why\":\"rent: the only column of train that test lacks. mae: you named it.\",\"candidates\":[\"rent\"]");
        output.ShouldContain("train.csv has 2 columns that test.csv lacks (a, b)");
        output.ShouldContain("\"data\":{\"candidates\":[\"a\",\"b\"]}");
        TaskFolder.Read(_folder["my flats"]).Metric.Name.ShouldBe("mae");
    }

    [Fact]
    public async Task A_column_that_would_act_on_the_terminal_is_made_visible()
    {
        _folder.Write("odd/train.csv", "id,\u001b[31mred\n1,2.5\n2,3\n3,9\n");
        _folder.Write("odd/test.csv", "id\n5\n");
        Ended ended = await Program.RunAsync(_folder.Path, "task", "new", "odd");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Output.ShouldNotContain("\u001b");
        TaskFolder.Read(_folder["odd"]).Facts.Label.ShouldBe("\u001b[31mred");
    }
}
