using AgentIde.Core.Engineering;
using AgentIde.Models.Commands;
using AgentIde.Testing;

namespace AgentIde.Models.Tests.Commands;

/// <summary>A folder with a Python program that is an engineer, and the engineer.</summary>
internal sealed class ProgramFolder : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _heard = new(0);

    /// <param name="body">Python that has <c>ask()</c> for the next request, <c>say(…)</c> for a line about node 3, and <c>started</c>, which is 1 for the first life, 2 for the second.</param>
    /// <param name="greets">Whether the greeting is answered already.</param>
    public ProgramFolder(string body, bool greets = true)
    {
        _folder.Write("engineer.py", $$"""
            import json, os, subprocess, sys, time
            with open("lives", "a") as lives: lives.write("x")
            started = os.path.getsize("lives")
            def ask(): return json.loads(sys.stdin.readline() or sys.exit(0))
            def say(**line): print(json.dumps({"node": 3, **line}), flush=True)
            {{(greets ? "ask(); say(version=1, name='a test')" : "")}}

            """ + body + "\n");
        Engineer = CommandEngineer.Create("/usr/bin/python3 engineer.py", _folder.Path, text => text.Replace("sk-secret", "***", StringComparison.Ordinal),
            (node, thought) =>
            {
                Thoughts.Add((node, thought));
                _heard.Release();
            });
    }

    public CommandEngineer Engineer { get; }

    public List<(int Node, string Thought)> Thoughts { get; } = [];

    public int Lives => File.Exists(_folder["lives"]) ? File.ReadAllText(_folder["lives"]).Length : 0;

    public string this[string file] => _folder[file];

    /// <summary>Returns when the program has said a thought.</summary>
    public Task WaitForThoughtAsync() => _heard.WaitAsync();

    /// <summary>What went wrong, in one line.</summary>
    public async Task<string> FailAsync()
    {
        EngineerException problem = await Should.ThrowAsync<EngineerException>(() => Engineer.ProposeAsync(SampleAssignment.Of(), CancellationToken.None));
        problem.Message.Any(char.IsControl).ShouldBeFalse();
        return problem.Message;
    }

    public async Task<string> FailAndDisposeAsync()
    {
        await using (this)
        {
            return await FailAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Engineer.DisposeAsync();
        _folder.Dispose();
        _heard.Dispose();
    }
}
