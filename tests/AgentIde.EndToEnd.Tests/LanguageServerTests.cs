using System.Diagnostics;
using System.Text;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

public sealed class LanguageServerTests
{
    [Fact]
    public async Task What_is_loaded_to_answer_initialize_is_little_and_known()
    {
        using TemporaryFolder folder = new();
        using Process server = Product.Start(folder.Path, "lsp");
        byte[] body = Encoding.UTF8.GetBytes($$$$"""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":"{{{{new Uri(folder.Path).AbsoluteUri}}}}","capabilities":{}}}""");
        Stream input = server.StandardInput.BaseStream;
        await input.WriteAsync(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
        await input.WriteAsync(body);
        await input.FlushAsync();
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
}
