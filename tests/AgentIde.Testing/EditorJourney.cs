using System.Diagnostics;
using System.Text.Json;

namespace AgentIde.Testing;

/// <summary>A real editor that plays a script of the tests from beginning to end and prints one JSON object of what it saw.</summary>
public static class EditorJourney
{
    /// <param name="server">The language server's command.</param>
    /// <param name="environment">Further variables for the script, which says what it knows.</param>
    public static Task<JsonElement> OfNeovimAsync(string workspace, string task, string[] server, params (string Name, string Value)[] environment) =>
        InNeovimAsync(workspace, "journey.lua", task, server, environment);

    /// <param name="script">One of the folder Neovim of the end-to-end tests.</param>
    /// <inheritdoc cref="OfNeovimAsync"/>
    public static Task<JsonElement> InNeovimAsync(string workspace, string script, string task, string[] server, params (string Name, string Value)[] environment) => PlayAsync(
        Starting("nvim", workspace, server, ["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", $"luafile {Script("Neovim", script)}"]),
        [.. environment, ("AGENTIDE_TASK", task)]);

    /// <inheritdoc cref="OfNeovimAsync"/>
    public static Task<JsonElement> OfEmacsAsync(string workspace, string task, string[] server, params (string Name, string Value)[] environment) =>
        InEmacsAsync(workspace, "journey.el", server, [.. environment, ("AGENTIDE_TASK", task)]);

    /// <param name="script">One of the folder Emacs of the end-to-end tests.</param>
    /// <inheritdoc cref="OfNeovimAsync"/>
    public static Task<JsonElement> InEmacsAsync(string workspace, string script, string[] server, params (string Name, string Value)[] environment) =>
        PlayAsync(Starting("emacs", workspace, server, ["--batch", "-l", Script("Emacs", script)]), environment);

    internal static string Script(params string[] parts) => Repository.PathOf(["tests", "AgentIde.EndToEnd.Tests", .. parts]);

    internal static ProcessStartInfo Starting(string editor, string workspace, string[] server, string[] arguments) => new(editor, arguments)
    {
        WorkingDirectory = workspace,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment =
        {
            ["AGENTIDE_SERVER"] = JsonSerializer.Serialize(server),
            ["AGENTIDE_LUA"] = Repository.PathOf("editors", "neovim", "agentide.lua"),
            ["AGENTIDE_EL"] = Repository.PathOf("editors", "emacs", "agentide.el"),
        },
    };

    private static async Task<JsonElement> PlayAsync(ProcessStartInfo start, (string Name, string Value)[] environment)
    {
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process editor = Process.Start(start)!;
        Task<string> errors = editor.StandardError.ReadToEndAsync();
        string output = await editor.StandardOutput.ReadToEndAsync();
        await editor.WaitForExitAsync();
        return editor.ExitCode == 0
            ? JsonDocument.Parse(output).RootElement
            : throw new InvalidOperationException($"{start.FileName} ended with {editor.ExitCode}.\n{output}\n{await errors}");
    }
}
