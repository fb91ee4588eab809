using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;
using StreamJsonRpc;

namespace AgentIde.Cli.Tests;

/// <summary>Whose token opens a pull request: the editor's, the environment's, that of <c>gh</c>; and that it is seen nowhere.</summary>
public sealed class PullRequestTokenTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private GitHubOfTests _github = null!;

    public async ValueTask InitializeAsync()
    {
        _folder.Write("tasks/diamonds/task.yaml", "id: diamonds\n");
        using (SqliteRunStore store = new(_folder.Path, TimeProvider.System))
        {
            await using ScriptedRun run = await ScriptedRun.StartAsync(store);
            await run.AddValidAsync(Operator.Draft, null, "Predict a constant.", "print(1)\n", 0.1);
            await run.FinishAsync();
        }

        TestGit.Run(_folder.Path, "init", "--quiet", "--initial-branch=main");
        _folder.Write("README.md", "# Gems\n");
        TestGit.Run(_folder.Path, "add", "README.md");
        TestGit.Run(_folder.Path, "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "--quiet", "-m", "Begin.");
        _github = await GitHubOfTests.StartAsync(_folder.Path);
        TestGit.Run(_folder.Path, "remote", "add", "origin", $"{_github.Address}{_github.Repository}.git");
    }

    public async ValueTask DisposeAsync()
    {
        await _github.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_editors_token_opens_what_its_person_saw_and_agreed_to_and_is_seen_nowhere()
    {
        await _github.HoldAsync(_github.Api("/pulls"), method: "POST");
        await using EditorOfTests editor = await EditorOfTests.StartAsync(_folder.Path, Environment("/usr/bin:/bin"), _github.Token);
        JsonElement shown = await editor.ExecuteAsync("agentide.run.pullRequest", new() { ["run"] = "diamonds-1" });
        string preview = await File.ReadAllTextAsync(shown.GetProperty("path").GetString()!);
        preview.ShouldContain("Branch agentide/diamonds-1, from main");
        preview.ShouldContain("## How to run it again");
        preview.ShouldContain("+print(1)");
        (await editor.QuestionAsync()).ShouldBe($"Open this pull request of diamonds-1 at {_github.Name}? It pushes the branch agentide/diamonds-1 with one commit of tasks/diamonds/solution.py.");
        // While it is used no list of processes has it.
        await _github.HeldAsync(_github.Api("/pulls"));
        CommandLines().ShouldContain(line => line.Contains("--with-token", StringComparison.Ordinal));
        CommandLines().ShouldAllBe(line => !line.Contains(_github.Token));
        await _github.ReleaseAsync(_github.Api("/pulls"));
        (await editor.QuestionAsync()).ShouldBe($"Pull request 1 of diamonds-1 was opened at {_github.Name} as a draft, to be merged into main: {_github.Address}{_github.Repository}/pull/1");
        (await editor.ShownAsync()).ShouldBe($"{_github.Address}{_github.Repository}/pull/1");
        SeenPull pull = (await _github.SeeAsync()).Pulls.ShouldHaveSingleItem();
        (pull.IsDraft, pull.Head, pull.Base).ShouldBe((true, $"{_github.Owner}:agentide/diamonds-1", "main"));

        // What GitHub refuses is one message, in which it is not either.
        await _github.ChangePullAsync(1, new() { ["state"] = "closed" });
        // That it waits is told where a terminal is; an editor has the message alone.
        await _github.FailAsync(_github.Api(""), 429, """{"message":"You have exceeded a secondary rate limit."}""", headers: ("Retry-After", "1"));
        await editor.ExecuteAsync("agentide.run.pullRequest", new() { ["run"] = "diamonds-1", ["how"] = "open" });
        (await editor.SaidAsync()).ShouldBe($"{_github.Address}{_github.Repository}/pull/1 is this run's pull request, and was closed: reopen it to go on with it.");
        string.Concat(await editor.LeaveAsync()).ShouldNotContain(_github.Token);
        foreach (string file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(_github.Token)).ShouldBe(-1, file);
        }
    }

    [Fact]
    public async Task Without_one_in_the_environment_that_of_gh_is_taken_for_this_host_and_never_a_gh_of_the_workspaces()
    {
        using TemporaryFolder machine = new();
        string asked = machine["asked"];
        Gh(machine.Path, $"echo \"$@ in $PWD with ${{GH_ENTERPRISE_TOKEN-none}}\" >> {asked}; echo {_github.Token}");
        Gh(_folder["bin"], $"echo stranger >> {asked}; echo ghp_strangersSTRANGERS0123456789");
        Directory.CreateSymbolicLink(machine["linked"], _folder["bin"]);
        string path = $"bin:.::{_folder["bin"]}:{machine["linked"]}:{machine.Path}:/usr/bin:/bin";
        Ended ended = await Program.RunWithAsync(_folder.Path, Environment(path), "pr", "last", "--repo", _github.Name);
        (ended.ExitCode, ended.Errors).ShouldBe((0, ""));
        (await File.ReadAllTextAsync(asked)).ShouldBe($"auth token --hostname {_github.Address.Authority} in / with none\n");
        (await _github.SeeAsync()).Pulls.Length.ShouldBe(1);

        // One of the environment goes before it, and one that is handed over before both.
        Dictionary<string, string> wrong = Environment(path);
        wrong["GH_ENTERPRISE_TOKEN"] = "ghp_wrongWRONGwrong0123456789";
        Ended refused = await Program.RunWithAsync(_folder.Path, wrong, "pr", "last", "--repo", _github.Name, "--json");
        refused.Errors.ShouldStartWith("agentide: GitHub did not take the token");
        using (JsonDocument failure = JsonDocument.Parse(refused.Output))
        {
            (refused.ExitCode, failure.RootElement.GetProperty("code").GetInt32(), $"agentide: {failure.RootElement.GetProperty("error").GetString()}\n").ShouldBe((4, 4, refused.Errors));
        }

        (await File.ReadAllLinesAsync(asked)).Length.ShouldBe(1);

        // Without any, or with a gh that has none, both ways to one are named.
        Gh(machine.Path, "echo 'no oauth token found' >&2; exit 1");
        Ended none = await Program.RunWithAsync(_folder.Path, Environment(path), "pr", "last", "--repo", _github.Name);
        (none.ExitCode, none.Errors).ShouldBe((4, $"agentide: There is no token for {_github.Address.Authority}: sign in by 'gh auth login --hostname {_github.Address.Authority}', or set GH_ENTERPRISE_TOKEN to one that may write contents and pull requests.\n"));
    }

    [Fact]
    public async Task What_no_header_takes_is_told_by_where_it_came_from_and_never_shown()
    {
        (string Variable, string Text, string Says)[] wrong =
        [
            ("GH_ENTERPRISE_TOKEN", $"{_github.Token}\n{_github.Token}\n", "The token of GH_ENTERPRISE_TOKEN has a line break in it"),
            ("GITHUB_ENTERPRISE_TOKEN", $"{_github.Token}\u00E9", "The token of GITHUB_ENTERPRISE_TOKEN has a character in it that no token has"),
        ];
        foreach ((string variable, string text, string says) in wrong)
        {
            Dictionary<string, string> environment = Environment("/usr/bin:/bin");
            environment[variable] = text;
            await SayAsync(environment, says, "pr", "last");
        }

        using TemporaryFolder machine = new();
        Gh(machine.Path, $"echo {_github.Token}; echo {_github.Token}");
        await SayAsync(Environment($"{machine.Path}:/usr/bin:/bin"), "The token of 'gh auth token' has a line break in it", "run", "nowhere", "--issue", $"{_github.Name}#1");

        // Who hands one over means that one: no other is taken in its place.
        Dictionary<string, string> beside = Environment("/usr/bin:/bin");
        beside["GH_ENTERPRISE_TOKEN"] = _github.Token;
        foreach ((string given, string says) in ((string, string)[])[("\n", "--with-token reads the token from standard input, and that holds none: nothing was done with any other token."), ("a\nb\n", "The token of standard input has a line break in it, and can't be sent: give the token alone, as 'gh auth token' prints it.")])
        {
            Ended handed = await Program.RunGivenAsync(_folder.Path, beside, given, "pr", "last", "--repo", _github.Name, "--with-token");
            (handed.ExitCode, handed.Errors).ShouldBe((4, $"agentide: {says}\n"));
        }

        (await _github.SeeAsync()).Pulls.ShouldBeEmpty();

        // Space around it is none of it.
        Dictionary<string, string> right = Environment("/usr/bin:/bin");
        right["GH_ENTERPRISE_TOKEN"] = $" {_github.Token}\r\n";
        (await Program.RunWithAsync(_folder.Path, right, "pr", "last", "--repo", _github.Name)).ExitCode.ShouldBe(0);

        async Task SayAsync(Dictionary<string, string> environment, string says, params string[] arguments)
        {
            Ended ended = await Program.RunWithAsync(_folder.Path, environment, [.. arguments, "--repo", _github.Name]);
            (ended.ExitCode, ended.Output, ended.Errors).ShouldBe((4, "", $"agentide: {says}, and can't be sent: give the token alone, as 'gh auth token' prints it.\n"));
        }
    }

    private static void Gh(string folder, string script)
    {
        string file = Path.Combine(Directory.CreateDirectory(folder).FullName, "gh");
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static Dictionary<string, string> Environment(string path) =>
        new() { ["PATH"] = path, ["GH_TOKEN"] = "", ["GITHUB_TOKEN"] = "", ["GH_ENTERPRISE_TOKEN"] = "", ["GITHUB_ENTERPRISE_TOKEN"] = "" };

    /// <summary>Of every process that can be seen.</summary>
    private static string[] CommandLines() => [.. Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])).Select(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    })];

    /// <summary>A client of the product's language server that asks its person, takes the first answer, and has a session at GitHub.</summary>
    private sealed class EditorOfTests : IAsyncDisposable
    {
        private readonly Process _server;
        private readonly JsonRpc _rpc;
        private readonly string _token;
        private readonly ConcurrentQueue<string> _heard = [];
        private readonly System.Threading.Channels.Channel<string> _questions = System.Threading.Channels.Channel.CreateUnbounded<string>(), _shown = System.Threading.Channels.Channel.CreateUnbounded<string>(), _said = System.Threading.Channels.Channel.CreateUnbounded<string>();

        private EditorOfTests(Process server, string token)
        {
            _server = server;
            _token = token;
            server.ErrorDataReceived += (_, line) => _heard.Enqueue(line.Data ?? "");
            server.BeginErrorReadLine();
            _rpc = new JsonRpc(new HeaderDelimitedMessageHandler(server.StandardInput.BaseStream, server.StandardOutput.BaseStream, new SystemTextJsonFormatter()));
            JsonRpcMethodAttribute Named(string name) => new(name) { UseSingleObjectParameterDeserialization = true };
            foreach ((string name, string method) in ((string, string)[])[("window/showMessageRequest", nameof(Choose)), ("window/showDocument", nameof(Show)), ("window/showMessage", nameof(Say)), ("agentide/githubToken", nameof(Token)), ("agentide/runChanged", nameof(Ignore)), ("textDocument/publishDiagnostics", nameof(Ignore))])
            {
                _rpc.AddLocalRpcMethod(typeof(EditorOfTests).GetMethod(method)!, this, Named(name));
            }

            _rpc.StartListening();
        }

        public static async Task<EditorOfTests> StartAsync(string workspace, Dictionary<string, string> environment, string token)
        {
            EditorOfTests editor = new(Program.Start(workspace, environment, "lsp"), token);
            await editor._rpc.InvokeWithParameterObjectAsync<JsonElement>("initialize", new JsonObject
            {
                ["processId"] = null,
                ["rootUri"] = new Uri(workspace).AbsoluteUri,
                ["capabilities"] = new JsonObject
                {
                    ["window"] = new JsonObject { ["showDocument"] = new JsonObject { ["support"] = true }, ["showMessage"] = new JsonObject { ["messageActionItem"] = new JsonObject { ["additionalPropertiesSupport"] = true } } },
                    ["experimental"] = new JsonObject { ["agentideGitHubToken"] = true },
                },
            });
            await editor._rpc.NotifyWithParameterObjectAsync("initialized", new JsonObject());
            return editor;
        }

        public async Task<JsonElement> ExecuteAsync(string command, JsonObject arguments)
        {
            JsonElement answer = await _rpc.InvokeWithParameterObjectAsync<JsonElement>("workspace/executeCommand", new JsonObject { ["command"] = command, ["arguments"] = new JsonArray(arguments) });
            _heard.Enqueue(answer.GetRawText());
            return answer;
        }

        public async Task<string> QuestionAsync() => await _questions.Reader.ReadAsync(new WaitLimit().Token);

        public async Task<string> SaidAsync() => await _said.Reader.ReadAsync(new WaitLimit().Token);

        /// <summary>What the browser is to show.</summary>
        public async Task<string> ShownAsync() => await _shown.Reader.ReadAsync(new WaitLimit().Token);

        /// <summary>All that it was told, by messages and by the server's errors.</summary>
        public async Task<string[]> LeaveAsync()
        {
            await DisposeAsync();
            return [.. _heard];
        }

        public async ValueTask DisposeAsync()
        {
            _rpc.Dispose();
            await _server.WaitForExitAsync(new WaitLimit().Token);
        }

        public JsonObject Choose(JsonElement question)
        {
            _heard.Enqueue(question.GetRawText());
            _questions.Writer.TryWrite(question.GetProperty("message").GetString()!);
            return new JsonObject { ["title"] = question.GetProperty("actions")[0].GetProperty("title").GetString() };
        }

        public JsonObject Show(JsonElement document)
        {
            _heard.Enqueue(document.GetRawText());
            if (document.TryGetProperty("external", out _))
            {
                _shown.Writer.TryWrite(document.GetProperty("uri").GetString()!);
            }

            return new JsonObject { ["success"] = true };
        }

        public void Say(JsonElement message)
        {
            _heard.Enqueue(message.GetRawText());
            _said.Writer.TryWrite(message.GetProperty("message").GetString()!);
        }

        public JsonObject Token(JsonElement asked)
        {
            _heard.Enqueue(asked.GetRawText());
            return new JsonObject { ["token"] = _token };
        }

        public void Ignore(JsonElement told) => _heard.Enqueue(told.GetRawText());
    }
}
