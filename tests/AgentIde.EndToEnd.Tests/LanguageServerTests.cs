using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

public sealed class LanguageServerTests
{
    [Fact]
    public async Task What_is_loaded_to_answer_initialize_is_little_and_known()
    {
        using TemporaryFolder folder = new();
        using Process server = Product.Start(folder.Path, "lsp");
        await SendAsync(server, Initialize(folder));
        (await server.StandardOutput.ReadLineAsync()).ShouldNotBeNull().ShouldStartWith("Content-Length: ");

        // Each library costs milliseconds of the start: none of the command line, the terminal, the store or the sandbox is there.
        string home = Path.GetDirectoryName(Product.Program)!;
        string[] loaded = [.. (await File.ReadAllLinesAsync($"/proc/{server.Id}/maps"))
            .Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .Where(path => path.StartsWith(home, StringComparison.Ordinal) && path.EndsWith(".dll", StringComparison.Ordinal))
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Distinct()
            .Order(StringComparer.Ordinal)];
        server.Kill();
        loaded.ShouldBe(
            ["AgentIde.Core", "AgentIde.LanguageServer", "Microsoft.VisualStudio.Threading", "Microsoft.VisualStudio.Validation", "Nerdbank.Streams", "Newtonsoft.Json", "PolyType", "StreamJsonRpc", "agentide"]);
    }

    [Fact]
    public async Task What_gives_the_answers_of_an_opened_task_away_stands_on_the_line_of_its_label()
    {
        using TemporaryFolder folder = new();
        string task = Path.Combine(SmallTask.Create(folder["task"]), "task.yaml");
        string train = folder["task", "public", "train.csv"], test = folder["task", "public", "test.csv"];
        await File.WriteAllLinesAsync(train, (await File.ReadAllLinesAsync(train)).Select((line, at) => $"{line},{(at == 0 ? "code" : "1" + line[(line.LastIndexOf(',') + 1)..].Replace("-", "", StringComparison.Ordinal))}"));
        await File.WriteAllLinesAsync(test, (await File.ReadAllLinesAsync(test)).Select((line, at) => $"{line},{(at == 0 ? "code" : "5")}"));
        using Process server = Product.Start(folder.Path, "lsp");
        await SendAsync(server, Initialize(folder));
        await SendAsync(server, """{"jsonrpc":"2.0","method":"initialized","params":{}}""");
        string uri = new Uri(task).AbsoluteUri, text = JsonSerializer.Serialize(await File.ReadAllTextAsync(task));
        await SendAsync(server, $$$$"""{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"{{{{uri}}}}","languageId":"yaml","version":1,"text":{{{{text}}}}}}}""");
        JsonElement published = await HearAsync(server, "textDocument/publishDiagnostics");
        server.Kill();
        JsonElement leak = published.GetProperty("diagnostics").EnumerateArray().ShouldHaveSingleItem();
        leak.GetProperty("range").GetProperty("start").GetProperty("line").GetInt32().ShouldBe(4);
        leak.GetProperty("message").GetString()!.ShouldStartWith("Leak: the column code says the target: correlation ");
    }

    private static string Initialize(TemporaryFolder folder) =>
        $$$$"""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":"{{{{new Uri(folder.Path).AbsoluteUri}}}}","capabilities":{}}}""";

    private static async Task SendAsync(Process server, string message)
    {
        byte[] body = Encoding.UTF8.GetBytes(message);
        Stream input = server.StandardInput.BaseStream;
        await input.WriteAsync(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
        await input.WriteAsync(body);
        await input.FlushAsync();
    }

    /// <summary>The parameters of the next message of a kind.</summary>
    private static async Task<JsonElement> HearAsync(Process server, string method)
    {
        Stream output = server.StandardOutput.BaseStream;
        byte[] one = new byte[1];
        while (true)
        {
            StringBuilder header = new();
            while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                await output.ReadExactlyAsync(one);
                header.Append((char)one[0]);
            }

            string length = header.ToString().Split("\r\n").Single(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))["Content-Length: ".Length..];
            byte[] body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            await output.ReadExactlyAsync(body);
            using JsonDocument message = JsonDocument.Parse(body);
            if (message.RootElement.TryGetProperty("method", out JsonElement named) && named.GetString() == method)
            {
                return message.RootElement.GetProperty("params").Clone();
            }
        }
    }
}
