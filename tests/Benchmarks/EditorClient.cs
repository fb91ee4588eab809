using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentIde.Benchmarks;

/// <summary>The least a client of a language server needs: frames, requests in turn, notifications passed by.</summary>
internal sealed class EditorClient : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;
    private int _id;

    private EditorClient(Process process)
    {
        _process = process;
        _input = process.StandardInput.BaseStream;
        _output = process.StandardOutput.BaseStream;
    }

    /// <summary>Notifications that came while an answer was awaited.</summary>
    public List<JsonNode> Notifications { get; } = [];

    public static EditorClient Start(string program, string workingDirectory, params string[] arguments)
    {
        ProcessStartInfo info = new(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(info)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new EditorClient(process);
    }

    public Task<JsonNode?> InitializeAsync(string folder) => RequestAsync("initialize", new JsonObject
    {
        ["processId"] = Environment.ProcessId,
        ["rootUri"] = new Uri(folder).AbsoluteUri,
        ["workspaceFolders"] = new JsonArray(new JsonObject { ["uri"] = new Uri(folder).AbsoluteUri, ["name"] = "bench" }),
        ["capabilities"] = new JsonObject { ["textDocument"] = new JsonObject { ["hover"] = new JsonObject { ["contentFormat"] = new JsonArray("markdown", "plaintext") } } },
        ["initializationOptions"] = new JsonObject
        {
            ["editorInfo"] = new JsonObject { ["name"] = "bench", ["version"] = "1" },
            ["editorPluginInfo"] = new JsonObject { ["name"] = "bench", ["version"] = "1" },
        },
    });

    public async Task<JsonNode?> RequestAsync(string method, JsonNode parameters)
    {
        int id = ++_id;
        await WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters });
        while (true)
        {
            JsonNode message = await ReadAsync();
            if (message["method"] is not null && message["id"] is { } asked)
            {
                await WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = asked.DeepClone(), ["result"] = null });
            }
            else if (message["method"] is not null)
            {
                Notifications.Add(message);
            }
            else if (message["id"]?.GetValue<int>() == id)
            {
                return message["error"] is { } error ? throw new InvalidOperationException(error.ToJsonString()) : message["result"];
            }
        }
    }

    /// <summary>Reads on until a notification of the method says what is looked for.</summary>
    public async Task HearAsync(string method, Func<JsonNode, bool> says)
    {
        while (true)
        {
            JsonNode message = await ReadAsync();
            if (message["method"] is { } name && message["id"] is null && name.GetValue<string>() == method && says(message["params"]!))
            {
                return;
            }
        }
    }

    public Task NotifyAsync(string method, JsonNode parameters) =>
        WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters });

    /// <summary>Resident memory of the process and its children, bytes.</summary>
    public long ResidentBytes() => Tree(_process.Id).Sum(Resident);

    public async ValueTask DisposeAsync()
    {
        foreach (int id in Tree(_process.Id).Reverse())
        {
            using Process? process = Find(id);
            process?.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process? Find(int id)
    {
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return null; // It has ended by itself.
        }
    }

    private static IEnumerable<int> Tree(int process)
    {
        yield return process;
        foreach (string task in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            string children = Path.Combine(task, "children");
            foreach (string child in File.Exists(children) ? File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries) : [])
            {
                foreach (int descendant in Tree(int.Parse(child, CultureInfo.InvariantCulture)))
                {
                    yield return descendant;
                }
            }
        }
    }

    private static long Resident(int process)
    {
        string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(row => row.StartsWith("VmRSS:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private async Task WriteAsync(JsonNode message)
    {
        byte[] body = Encoding.UTF8.GetBytes(message.ToJsonString());
        await _input.WriteAsync(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
        await _input.WriteAsync(body);
        await _input.FlushAsync();
    }

    private async Task<JsonNode> ReadAsync()
    {
        int length = 0;
        while (await ReadLineAsync() is { Length: > 0 } header)
        {
            if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(header.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture);
            }
        }

        byte[] body = new byte[length];
        await _output.ReadExactlyAsync(body);
        return JsonNode.Parse(body)!;
    }

    private async Task<string> ReadLineAsync()
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (true)
        {
            await _output.ReadExactlyAsync(one);
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }
    }
}
