using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Attacks;

namespace AgentIde.Sandbox;

/// <summary>
/// Tries to break out of a sandbox, whichever it is. Each attack is first tried outside, where it must succeed: one
/// that works nowhere proves nothing. What an attack says of itself is never the only evidence that it held.
/// </summary>
public sealed class AttackSuite(ISandbox sandbox, AttackOptions options)
{
    /// <summary>The line by which a process says that the execution it holds is running.</summary>
    public const string Holding = "HOLDING";

    internal const string CanaryVariable = "AGENTIDE_CANARY";

    // Most of an attack is waiting for something to start or to end.
    private const int AtOnce = 2;

    public static ImmutableArray<(int Id, string Name)> Catalogue { get; } = [.. AttackCatalogue.All.Select(attack => (attack.Id, attack.Name))];

    /// <param name="only">Numbers of the catalogue; null for all.</param>
    /// <param name="finished">Gets each result, in the order of the catalogue, as soon as it and those before it are there.</param>
    /// <exception cref="SandboxException">The sandbox can't be made here.</exception>
    public Task<ImmutableArray<AttackResult>> RunAsync(
        IReadOnlyCollection<int>? only, Action<AttackResult>? finished, CancellationToken cancellationToken) =>
        RunAsync([.. AttackCatalogue.All.Where(attack => only is null || only.Contains(attack.Id))], quick: false, finished, cancellationToken);

    /// <summary>Executes a program that stays for a minute, so that the end of this process can be tried in the middle of it.</summary>
    /// <param name="processName">By which the program's processes are found.</param>
    /// <param name="input">An input folder.</param>
    /// <param name="started">Called once it runs.</param>
    public async Task HoldAsync(string processName, string input, Action started, CancellationToken cancellationToken)
    {
        string code = $"NAME = {JsonSerializer.Serialize(processName, AttackJson.Default.String)}\n{Resource.Text("40_held.py")}";
        ExecutionSpec spec = new(
            "attack-held", ProgramLanguage.Python, Encoding.UTF8.GetBytes(code), input,
            new ExecutionLimits(TimeSpan.FromMinutes(1), 256L << 20, 32, 64 << 20, 4 << 20, 1), [], ImmutableDictionary<string, string>.Empty);
        void Look(ReadOnlyMemory<byte> piece)
        {
            if (piece.Span.IndexOf("WAITING"u8) >= 0)
            {
                started();
            }
        }

        await sandbox.ExecuteAsync(spec, Look, cancellationToken);
    }

    /// <param name="quick">Without controls, and without the longest walks: for a probe before each run.</param>
    internal async Task<ImmutableArray<AttackResult>> RunAsync(
        ImmutableArray<Attack> attacks, bool quick, Action<AttackResult>? finished, CancellationToken cancellationToken)
    {
        string canary = $"agentide-canary-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        AttackResult?[] results = new AttackResult?[attacks.Length];
        Lock gate = new();
        int next = 0, told = 0;
        async Task RowAsync()
        {
            using AttackGround ground = new(options, canary, withKernelObjects: !quick);
            AttackTrial trial = new(sandbox, ground, quick);
            for (int index; (index = Interlocked.Increment(ref next) - 1) < attacks.Length;)
            {
                AttackResult result = await trial.RunAsync(attacks[index], cancellationToken);
                lock (gate)
                {
                    for (results[index] = result; told < results.Length && results[told] is { } ready; told++)
                    {
                        finished?.Invoke(ready);
                    }
                }
            }
        }

        Environment.SetEnvironmentVariable(CanaryVariable, canary);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => RowAsync()));
        }
        finally
        {
            Environment.SetEnvironmentVariable(CanaryVariable, null);
        }

        return [.. results.OfType<AttackResult>()];
    }
}

[JsonSerializable(typeof(string))]
internal sealed partial class AttackJson : JsonSerializerContext;
