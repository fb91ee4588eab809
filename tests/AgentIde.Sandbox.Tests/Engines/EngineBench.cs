using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests.Engines;

/// <summary>A real engine under test, with an input folder and notes of its own.</summary>
public abstract class EngineBench : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentide-test-");

    static EngineBench() => Workbench.NameCSharp();

    protected EngineBench()
    {
        // Root's candidates are another user, who must be able to walk here.
        _folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Input = _folder.CreateSubdirectory("input").FullName;
        File.WriteAllText(Path.Combine(Input, "train.csv"), "id,y\n1,2\n");
    }

    public string Folder => _folder.FullName;

    public string Input { get; }

    public abstract ISandbox Sandbox { get; }

    /// <summary>Whether the kernel, not a watch, ends what takes too much memory.</summary>
    public abstract bool EnforcesMemory { get; }

    /// <summary>Whether anything bounds memory. A Docker without control groups doesn't, and says so.</summary>
    public virtual bool BoundsMemory => true;

    /// <summary>Whether candidates run where nobody can look at their processes from here.</summary>
    public virtual bool IsElsewhere => false;

    /// <summary>Numbers of attacks that can't be tried here, for a reason that their results name: those on other parts of the product are the command line's.</summary>
    public virtual IReadOnlyCollection<int> NotTested => [33, 37, 39, 40];

    /// <summary>Whether a mount, as the kernel lists it, is one of Docker's: the roots, the networks and the shared memory of containers, kept ready by this bench or made by whoever shares the engine.</summary>
    public static bool ComesAndGoes(string mount) =>
        mount.Contains(" - overlay ", StringComparison.Ordinal) || mount.Contains(" - nsfs ", StringComparison.Ordinal) || mount.Contains("/containers/", StringComparison.Ordinal);

    /// <summary>Another sandbox of the engine, which sees these folders of model weights. Whoever asks disposes it.</summary>
    public abstract ISandbox WithModels(params string[] folders);

    /// <summary>What is there of executions that this bench made: notes, containers, jobs, files. Empty when all are over.</summary>
    public abstract Task<IReadOnlyList<string>> LeftAsync();

    public ExecutionSpec Spec(string code, ExecutionLimits? limits = null, params string[][] collect) => new(
        "test", ProgramLanguage.Python, Encoding.UTF8.GetBytes(code), Input, limits ?? Workbench.Small,
        [.. collect.Select(paths => new OutputFile(paths[0], [.. paths], 1 << 20))], ImmutableDictionary<string, string>.Empty)
    {
        IsOneOfMany = true,
    };

    public Task<ExecutionResult> RunAsync(
        string code, ExecutionLimits? limits = null, Action<ReadOnlyMemory<byte>>? output = null, CancellationToken cancellationToken = default, params string[][] collect) =>
        Sandbox.ExecuteAsync(Spec(code, limits, collect), output, cancellationToken);

    public virtual ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>bubblewrap, each execution from nothing.</summary>
public class BubblewrapBench : EngineBench
{
    private readonly BubblewrapOptions _options;
    private readonly BubblewrapSandbox _sandbox;

    public BubblewrapBench()
        : this(PythonStart.Cold)
    {
    }

    protected BubblewrapBench(PythonStart start)
    {
        _options = BubblewrapOptions.Default with { StateFolder = Path.Combine(Folder, "state"), Start = start };
        _sandbox = new BubblewrapSandbox(_options);
    }

    public override ISandbox Sandbox => _sandbox;

    public override bool EnforcesMemory => _sandbox.Limits.EnforcesMemory;

    /// <summary>Notes that stay while the engine is there: those of warm Pythons.</summary>
    protected virtual int Kept => 0;

    public override ISandbox WithModels(params string[] folders) => new BubblewrapSandbox(_options with { Models = [.. folders] });

    public override async Task<IReadOnlyList<string>> LeftAsync()
    {
        // A warm Python that made room for another takes a moment to be gone.
        for (int attempt = 0; attempt < 200 && Notes().Length > Kept; attempt++)
        {
            await Task.Delay(50);
        }

        return Notes() is var notes && notes.Length <= Kept ? [] : notes;
    }

    private string[] Notes() => Directory.Exists(_options.StateFolder) ? Directory.GetFiles(_options.StateFolder) : [];

    public override ValueTask DisposeAsync()
    {
        _sandbox.Dispose();
        GC.SuppressFinalize(this);
        return base.DisposeAsync();
    }
}

/// <summary>bubblewrap with a warm Python, never a cold one.</summary>
public sealed class WarmBench() : BubblewrapBench(PythonStart.Warm)
{
    // One for each number of cores that a test asks for.
    protected override int Kept => 3;
}
