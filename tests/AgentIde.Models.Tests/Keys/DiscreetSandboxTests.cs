using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Models.Keys;
using AgentIde.Testing;

namespace AgentIde.Models.Tests.Keys;

public sealed class DiscreetSandboxTests
{
    private const string Key = "PlainKey-0123456789";

    private static readonly ExecutionSpec Spec = new("one", ProgramLanguage.Python, Encoding.UTF8.GetBytes("1"), "/input", ExecutionLimits.Default, [], ImmutableDictionary<string, string>.Empty);

    [Fact]
    public async Task What_a_program_prints_holds_no_key_while_it_runs_and_afterwards()
    {
        ChattySandbox inner = new($"fold 1\nthe key is {Key[..9]}", $"{Key[9..]}, and\rmore", " of it\n");
        List<string> heard = [];
        ExecutionResult result = await new DiscreetSandbox(inner, new Redactor([new Secret(Key)])).ExecuteAsync(Spec, piece => heard.Add(Encoding.UTF8.GetString(piece.Span)), CancellationToken.None);

        heard.ShouldBe(["fold 1\n", "the key is ***, and\r", "more of it\n"]);
        Encoding.UTF8.GetString(result.Output.Span).ShouldBe("fold 1\nthe key is ***, and\rmore of it\n");
    }

    [Fact]
    public async Task Output_without_one_stays_byte_for_byte_as_it_was()
    {
        byte[] bytes = [0xFF, 0x00, 0xC3, (byte)'\n', 0xE2, 0x82];
        DiscreetSandbox sandbox = new(new ScriptedSandbox((_, _) => Task.FromResult(ScriptedSandbox.Left("1") with { Output = bytes })), new Redactor([new Secret(Key)]));
        (await sandbox.ExecuteAsync(Spec, null, CancellationToken.None)).Output.ToArray().ShouldBe(bytes);
    }

    private sealed class ChattySandbox(params string[] pieces) : ISandbox
    {
        public string Engine => "chatty";

        public Task<SandboxReport> ProbeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ExecutionResult> ExecuteAsync(ExecutionSpec spec, Action<ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
        {
            Array.ForEach(pieces, piece => output?.Invoke(Encoding.UTF8.GetBytes(piece)));
            return Task.FromResult(ScriptedSandbox.Left("1") with { Output = Encoding.UTF8.GetBytes(string.Concat(pieces)) });
        }
    }
}
