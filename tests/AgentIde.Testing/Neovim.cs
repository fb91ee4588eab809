using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace AgentIde.Testing;

/// <summary>A real Neovim without a screen that does what a test tells it, line by line, and says what came of it.</summary>
public sealed class Neovim : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = [];

    private Neovim(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
    }

    /// <param name="server">The language server's command.</param>
    public static Neovim Start(string workspace, string[] server) =>
        new(Process.Start(EditorJourney.Starting("nvim", workspace, server, ["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", $"luafile {EditorJourney.Script("Neovim", "drive.lua")}"]))!);

    /// <summary>Opens a file and waits until the server has it.</summary>
    public Task VisitAsync(string path) => RunAsync($"visit({Lua(path)})");

    /// <summary>Runs a command such as <c>AgentidePause</c> and waits for what the server answers.</summary>
    public Task CommandAsync(string command) => RunAsync($"command({Lua(command)})");

    /// <summary>Waits until the state of the run, as it stands in task.yaml, holds the text.</summary>
    public async Task<string> StatusAsync(string task, string text) => (await RunAsync($"return status_with({Lua(task)}, {Lua(text)})")).GetString()!;

    /// <summary>How many messages there were so far.</summary>
    public async Task<int> ToldAsync() => (await RunAsync("return #told")).GetInt32();

    /// <summary>Waits for a message that holds the text, among those after the first <paramref name="known"/>.</summary>
    public async Task<string> ToldAsync(string text, int known = 0) => (await RunAsync($"return told_with({Lua(text)}, {known})")).GetString()!;

    /// <summary>The text of an open file, without its last line's end.</summary>
    public async Task<string> TextAsync(string path) => (await RunAsync($"return person.text(bufnr({Lua(path)}))")).GetString()!;

    public async Task<string?> HoverAsync(string path, int line) => (await RunAsync($"return person.hover(bufnr({Lua(path)}), {line})")).GetString();

    /// <summary>The value of one line of Lua; null for nil.</summary>
    public async Task<JsonElement> RunAsync(string lua)
    {
        await _process.StandardInput.WriteLineAsync(lua);
        await _process.StandardInput.FlushAsync();
        string line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"Neovim has ended at: {lua}\n{string.Join('\n', _errors)}");
        JsonElement answer = JsonDocument.Parse(line).RootElement;
        return answer.TryGetProperty("error", out JsonElement error)
            ? throw new InvalidOperationException($"Neovim, at: {lua}\n{error.GetString()}")
            : answer.GetProperty("value");
    }

    /// <summary>As a crash would: without a word to its server.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>A literal of one line.</summary>
    public static string Lua(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
