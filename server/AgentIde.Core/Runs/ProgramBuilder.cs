using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>
/// Makes of a node's source what is executed. Python is executed as it is. C# is compiled in the sandbox, since
/// compiling a stranger's text can kill the compiler; the same text always comes to the same bytes, so it is no event,
/// and no execution is spent on a text that doesn't compile.
/// </summary>
internal sealed class ProgramBuilder(ISandbox sandbox, ProgramLanguage language, string inputFolder)
{
    private const string Assembly = "assembly";
    private const long LargestAssembly = 32 << 20;

    private static readonly ExecutionLimits Limits = new(TimeSpan.FromSeconds(60), 2L << 30, 64, 128 << 20, 4 << 20, 1);

    private readonly ConcurrentDictionary<Digest, Built> _built = [];

    /// <exception cref="SandboxException">The engine failed.</exception>
    public async Task<Built> BuildAsync(Digest digest, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        if (language == ProgramLanguage.Python)
        {
            return new Built(source, null);
        }

        if (_built.TryGetValue(digest, out Built? known))
        {
            return known;
        }

        ExecutionSpec spec = new(
            $"compile-{digest.Short}", language, source, inputFolder, Limits,
            [new OutputFile(Assembly, [ProgramLanguages.Assembly], LargestAssembly)], ImmutableDictionary<string, string>.Empty)
        {
            Step = ExecutionStep.Compile,
        };
        ExecutionResult result = await sandbox.ExecuteAsync(spec, output: null, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (result.Ending == Ending.Cancelled)
        {
            // Of no compiler, so nothing to remember.
            return new Built(null, new Failure(FailureKind.Lost, result.Why ?? "its compilation was cancelled", null, null));
        }

        ReadOnlyMemory<byte>? assembly = result.Files.FirstOrDefault(file => file.Name == Assembly)?.Bytes;
        Built built = result is { Ending: Ending.Exited, ExitCode: 0 } && assembly is { } bytes
            ? new Built(bytes, null)
            : new Built(null, CompilerOutput.Read(result, Encoding.UTF8.GetString(result.Output.Span)));
        return _built.GetOrAdd(digest, built);
    }
}

/// <param name="Program">What is executed; null where it did not compile.</param>
/// <param name="Failure">Why it did not.</param>
internal sealed record Built(ReadOnlyMemory<byte>? Program, Failure? Failure);
