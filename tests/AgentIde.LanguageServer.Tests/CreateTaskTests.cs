using System.Text.Json;
using System.Text.Json.Nodes;
using StreamJsonRpc;

namespace AgentIde.LanguageServer.Tests;

public sealed class CreateTaskTests
{
    [Fact]
    public async Task A_folder_becomes_a_task_and_its_task_yaml_is_shown()
    {
        CreateTaskRequest? asked = null;
        await using Session session = await Session.StartAsync(createTask: (request, _) =>
        {
            asked = request;
            return Task.FromResult(new CreatedTask(Path.Combine(request.Folder, "task.yaml"), "rent", "rmse", "rent: the only column of train that test lacks.", ["rent"]));
        });
        session.Write("flats/train.csv", "id,rent\n");
        string folder = Path.Combine(session.Root, "flats");
        (await session.Editor.ExecuteAsync("agentide.task.create", new() { ["folder"] = "flats", ["label"] = "rent" })).GetRawText().ShouldBe(
            $$"""{"taskFile":"{{folder}}/task.yaml","label":"rent","metric":"rmse","why":"rent: the only column of train that test lacks.","candidates":["rent"]}""");
        asked.ShouldBe(new CreateTaskRequest(folder, "rent"));
        (await session.Editor.HearAsync("window/showDocument", _ => true)).GetProperty("uri").GetString().ShouldBe(TestEditor.Uri($"{folder}/task.yaml"));
        await session.Editor.ExecuteAsync("agentide.task.create", new() { ["folder"] = TestEditor.Uri(session.Root), ["metric"] = "mae" });
        asked.ShouldBe(new CreateTaskRequest(session.Root, null, "mae"));
    }

    [Fact]
    public async Task A_label_that_has_to_be_named_comes_back_with_its_candidates()
    {
        await using Session session = Session.OfBytes(static (_, _) => throw new TaskNotCreatedException("name the one to predict", ["y", "z"]));
        await session.Raw.AskAsync(1, "initialize", new JsonObject { ["processId"] = null, ["rootUri"] = TestEditor.Uri(session.Root), ["capabilities"] = new JsonObject() });
        JsonElement answer = await session.Raw.AskAsync(2, "workspace/executeCommand", new JsonObject
        {
            ["command"] = "agentide.task.create",
            ["arguments"] = new JsonArray(new JsonObject { ["folder"] = "flats" }),
        });
        answer.GetProperty("error").GetRawText().ShouldBe("""{"code":-32803,"message":"name the one to predict","data":{"candidates":["y","z"]}}""");
    }

    [Fact]
    public async Task A_folder_elsewhere_or_behind_a_link_or_without_trust_is_refused()
    {
        await using Session session = await Session.StartAsync(createTask: static (_, _) => throw new InvalidOperationException("asked"));
        (await FailureAsync(session, new() { ["folder"] = "/etc" })).ShouldContain("lies outside the folder that is open");
        (await FailureAsync(session, new() { ["folder"] = "../elsewhere" })).ShouldContain("lies outside the folder that is open");
        File.CreateSymbolicLink(Path.Combine(session.Root, "link"), "/etc");
        (await FailureAsync(session, new() { ["folder"] = "link" })).ShouldContain("lies outside the folder that is open");
        (await FailureAsync(session, [])).ShouldContain("Which folder is to become a task?");

        await using Session untrusted = Session.Unstarted();
        await untrusted.Editor.InitializeAsync(untrusted.Root, options: new JsonObject { ["trusted"] = false });
        (await FailureAsync(untrusted, new() { ["folder"] = "tasks" })).ShouldContain("This folder is not trusted");
    }

    private static async Task<string> FailureAsync(Session session, JsonObject arguments) =>
        (await Should.ThrowAsync<RemoteInvocationException>(() => session.Editor.ExecuteAsync("agentide.task.create", arguments))).Message;
}
