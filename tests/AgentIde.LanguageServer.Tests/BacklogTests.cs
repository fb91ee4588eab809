using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.LanguageServer.Wire;
using AgentIde.Testing;
using Nerdbank.Streams;

namespace AgentIde.LanguageServer.Tests;

/// <summary>An editor that asks and does not read the answers.</summary>
public sealed class BacklogTests
{
    [Fact]
    public async Task With_too_much_to_be_answered_nothing_is_read_until_some_has_gone()
    {
        using Backlog backlog = new(2);
        await using FrameLimits limited = new(new MemoryStream("Content-Length: 2\r\n\r\n{}"u8.ToArray()), backlog);
        byte[] buffer = new byte[8];
        backlog.Enter();
        (await limited.ReadAsync(buffer)).ShouldBe(8);
        backlog.Enter();
        Task<int> reading = limited.ReadAsync(buffer).AsTask();
        Task<int> cancelled = limited.ReadAsync(buffer, new CancellationToken(true)).AsTask();
        reading.IsCompleted.ShouldBeFalse();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        backlog.Leave();
        (await reading.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(8);
    }

    [Fact]
    public async Task The_end_of_the_connection_ends_the_wait()
    {
        Backlog backlog = new(1);
        backlog.Enter();
        Task room = backlog.RoomAsync();
        room.IsCompleted.ShouldBeFalse();
        backlog.Dispose();
        await room.WaitAsync(TimeSpan.FromSeconds(30));
        await backlog.RoomAsync();
    }

    [Fact]
    public async Task Questions_that_pile_up_unread_are_all_answered_once_somebody_reads()
    {
        const int questions = 5_000;
        using TemporaryFolder folder = new();
        MemoryRunStore store = new(folder.Path, TimeProvider.System);
        (Stream ours, Stream theirs) = FullDuplexStream.CreatePair();
        Task<int> server = LanguageServerHost.RunAsync(theirs, theirs, new LanguageServerOptions(
            "1", _ => store, (_, _) => throw new RunNotStartedException("no"), (_, _, _, _) => Task.CompletedTask, TimeProvider.System, _ => { }));
        StringBuilder asked = new();
        asked.Append(Encoding.UTF8.GetString(RawEditor.Frame(new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 0,
            ["method"] = "initialize",
            ["params"] = new JsonObject { ["processId"] = null, ["rootUri"] = TestEditor.Uri(folder.Path), ["capabilities"] = new JsonObject() },
        }.ToJsonString())));
        for (int id = 1; id <= questions; id++)
        {
            asked.Append(Encoding.UTF8.GetString(RawEditor.Frame($$"""{"jsonrpc":"2.0","id":{{id}},"method":"agentide/{{(id % 2 == 0 ? "runs" : "nowhere")}}"}""")));
        }

        Task writing = ours.WriteAsync(Encoding.UTF8.GetBytes(asked.ToString())).AsTask();
        await using RawEditor editor = new(ours);
        JsonElement last = await editor.AnswerAsync(questions);
        last.GetProperty("result").GetProperty("runs").GetArrayLength().ShouldBe(0);
        await writing.WaitAsync(TimeSpan.FromSeconds(30));
        WaitLimit limit = new();
        while (Answers(editor) <= questions && limit.Lasts())
        {
            await editor.NextAsync(_ => true);
        }

        await editor.DisposeAsync();
        (await server.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(1);
    }

    private static int Answers(RawEditor editor)
    {
        lock (editor.Heard)
        {
            return editor.Heard.Where(message => message.TryGetProperty("id", out _)).Select(message => message.GetProperty("id").GetInt32()).Distinct().Count();
        }
    }
}
