using AgentIde.Testing;
using System.Text;
using System.Text.Json;
using AgentIde.LanguageServer.Lsp.Protocol;
using Nerdbank.Streams;

namespace AgentIde.LanguageServer.Tests;

/// <summary>Where the protocol wants a null it is there; everywhere else a null is left out.</summary>
public sealed class NullTests
{
    [Fact]
    public void An_edit_of_a_document_that_is_not_open_says_so_with_a_null() =>
        Written(new ApplyWorkspaceEditParams("Apply", new WorkspaceEdit(
        [
            new CreateFile("file:///a.py", new CreateFileOptions(true)),
            new TextDocumentEdit(new OptionalVersionedTextDocumentIdentifier("file:///a.py", null), []),
        ]))).ShouldBe("""{"label":"Apply","edit":{"documentChanges":[{"uri":"file:///a.py","options":{"ignoreIfExists":true},"kind":"create"},{"textDocument":{"uri":"file:///a.py","version":null},"edits":[]}]}}""");

    [Fact]
    public void What_a_diagnostic_does_not_say_is_left_out() =>
        Written(new PublishDiagnosticsParams("file:///a.py", null, [new Diagnostic(new(new(0, 0), new(0, 1)), DiagnosticSeverity.Hint, null, "agentide", "x", new DiagnosticData("diamonds-1", null, null))]))
            .ShouldBe("""{"uri":"file:///a.py","diagnostics":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"severity":4,"source":"agentide","message":"x","data":{"run":"diamonds-1"}}]}""");

    [Fact]
    public void A_command_carries_only_the_fields_that_it_has() =>
        Written(new Command("Stop", "agentide.run.stop", [new CommandArguments("diamonds-1")])).ShouldBe("""{"title":"Stop","command":"agentide.run.stop","arguments":[{"run":"diamonds-1"}]}""");

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///a.py"},"position":{"line":0,"character":0}}}""", """{"jsonrpc":"2.0","id":2,"result":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"method":"textDocument/codeAction","params":{"textDocument":{"uri":"file:///a.py"},"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"context":{"diagnostics":[]}}}""", """{"jsonrpc":"2.0","id":2,"result":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"method":"agentide/runs"}""", """{"jsonrpc":"2.0","id":2,"result":{"runs":[]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"method":"shutdown"}""", """{"jsonrpc":"2.0","id":2,"result":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"method":"shutdown","params":null}""", """{"jsonrpc":"2.0","id":2,"result":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"method":"textDocument/unknown","params":{}}""", "\"code\":-32601")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"position":{"line":0,"character":0}}}""", "\"code\":-32602")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":null,"position":{"line":0,"character":0}}}""", "\"code\":-32602")]
    public async Task A_request_is_answered_with_these_bytes(string request, string answer)
    {
        (Stream ours, Stream theirs) = FullDuplexStream.CreatePair();
        Task<int> server = LanguageServerHost.RunAsync(theirs, theirs, new LanguageServerOptions(
            "1", _ => throw new InvalidOperationException(), (_, _) => throw new InvalidOperationException(), (_, _, _, _) => Task.CompletedTask, TimeProvider.System, _ => { }));
        await SendAsync(ours, """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}""");
        await SendAsync(ours, request);
        WaitLimit limit = new();
        StringBuilder heard = new();
        byte[] buffer = new byte[4_096];
        while (!heard.ToString().Contains("\"id\":2", StringComparison.Ordinal) || !heard.ToString().EndsWith('}'))
        {
            heard.Append(Encoding.UTF8.GetString(buffer, 0, await ours.ReadAsync(buffer, limit.Token)));
        }

        heard.ToString().ShouldContain(answer);
        await ours.DisposeAsync();
        await server.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static async Task SendAsync(Stream stream, string body)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"Content-Length: {body.Length}\r\n\r\n{body}"));
        await stream.FlushAsync();
    }

    private static string Written<T>(T value) => JsonSerializer.Serialize(value, typeof(T), ProtocolJsonContext.Default);
}
