using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Attacks;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Leftovers;
using AgentIde.Sandbox.Limits;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Warm;

namespace AgentIde.Sandbox;

/// <summary>
/// Runs candidates in bubblewrap: an unprivileged user in namespaces of its own, an empty root, a system call filter,
/// memory file systems of fixed size, and the best bounds on memory and processes that this machine and user allow.
/// </summary>
public sealed class BubblewrapSandbox : ISandbox, IDisposable
{
    private readonly BubblewrapOptions _options;
    private readonly Lazy<IResourceLimits> _limits;
    private readonly Lock _lock = new();
    private Task<string>? _interpreter;
    private WarmPool? _warm;

    public BubblewrapSandbox(BubblewrapOptions options)
        : this(options, null)
    {
    }

    /// <param name="limits">Instead of the best that works here.</param>
    internal BubblewrapSandbox(BubblewrapOptions options, IResourceLimits? limits)
    {
        _options = options;
        _limits = new Lazy<IResourceLimits>(() => limits ?? FindLimits());
    }

    public string Engine => "bubblewrap";

    internal IResourceLimits Limits => _limits.Value;

    public async Task<SandboxReport> ProbeAsync(CancellationToken cancellationToken)
    {
        string bubblewrap = FindBubblewrap();
        (int status, string version) = ShortCommand.Run([bubblewrap, "--version"], CommandLine.Environment, TimeSpan.FromSeconds(5));
        if (status != 0)
        {
            throw StartFailure.Explain(version);
        }

        string interpreter = await InterpreterAsync().WaitAsync(cancellationToken);
        ImmutableArray<Guarantee> guarantees = await new GuaranteeProbe(this, _options.Python, name => BubblewrapMeans.Of(name, Limits)).RunAsync(cancellationToken);
        string told = _options.Python == BubblewrapOptions.Default.Python ? interpreter : $"{interpreter} of {_options.Python}";
        return new SandboxReport(Engine, version.Trim().Split(' ')[^1], ShownFolders.Told(told, _options.Models), guarantees);
    }

    /// <remarks>Where the token was cancelled before anything began it throws <see cref="OperationCanceledException"/>.</remarks>
    public Task<ExecutionResult> ExecuteAsync(ExecutionSpec spec, Action<ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken) =>
        ExecuteAsync(spec, Program, output, cancellationToken);

    /// <param name="choose">How to start the candidate, where that was decided elsewhere.</param>
    internal async Task<ExecutionResult> ExecuteAsync(
        ExecutionSpec spec, Func<ExecutionSpec, CandidateProgram> choose, Action<ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SpecCheck.Check(spec);
        CandidateProgram program = choose(spec);
        string bubblewrap = FindBubblewrap();
        ExecutionSlots slots = ExecutionSlots.Open(_options.StateFolder);
        Zygote? zygote = await WarmAsync(program, spec, bubblewrap, slots);
        IBox Make(IResourceGroup group, ExecutionSlot slot) =>
            (zygote is null ? null : TryWarm(spec, program, zygote, group)) ?? BoxStart.Make(spec, program, bubblewrap, _limits.Value, group, slot, slots.StageFolder) as IBox;
        return await new Execution(spec, Make, _limits.Value, slots, output, cancellationToken).StartAsync();
    }

    /// <summary>Ends the warm Pythons.</summary>
    public void Dispose() => _warm?.Dispose();

    private async Task<Zygote?> WarmAsync(CandidateProgram program, ExecutionSpec spec, string bubblewrap, ExecutionSlots slots)
    {
        // A scope of systemd is made around a new process; a copy of a warm one can't be put into it.
        // What is no text at all the interpreter reads in a way of its own.
        if (_options.Start == PythonStart.Cold || spec.Code.Span.Contains((byte)0) || spec.Language != ProgramLanguage.Python || _limits.Value is SystemdScope || !WarmPool.CanHave(program))
        {
            return null;
        }

        WarmPool pool;
        lock (_lock)
        {
            pool = _warm ??= new WarmPool(bubblewrap, slots);
        }

        return _options.Start == PythonStart.Warm ? await pool.GetAsync(program, spec) : spec.IsOneOfMany ? pool.TryGet(program, spec) : null;
    }

    /// <summary>Null where the zygote failed before the candidate began: then it starts cold, and the next finds another zygote.</summary>
    private WarmBox? TryWarm(ExecutionSpec spec, CandidateProgram program, Zygote zygote, IResourceGroup group)
    {
        try
        {
            return WarmBox.Make(spec, program, zygote, _limits.Value, group);
        }
        catch (SandboxException) when (_options.Start != PythonStart.Warm)
        {
            _warm!.Drop(zygote);
            return null;
        }
    }

    private CandidateProgram Program(ExecutionSpec spec)
    {
        CandidateProgram program = spec.Language == ProgramLanguage.CSharp ? DotnetEnvironment.Program(spec.Step, spec.Limits) : PythonEnvironment.Program(_options.Python);
        return program with { Models = ShownFolders.OfModels(_options.Models) };
    }

    private Task<string> InterpreterAsync()
    {
        lock (_lock)
        {
            // Asked once; a failure is asked again.
            return _interpreter is { IsFaulted: false } known ? known : _interpreter = InterpreterVersion.ReadAsync(this, _options.Python);
        }
    }

    private string FindBubblewrap() =>
        new[] { _options.Bubblewrap ?? "/usr/bin/bwrap", _options.Bubblewrap ?? "/usr/local/bin/bwrap" }.FirstOrDefault(File.Exists)
        ?? throw new SandboxException(StartFailure.NotInstalled);

    private static IResourceLimits FindLimits()
    {
        IResourceLimits? limits = Libc.EffectiveUser() == 0
            ? (IResourceLimits?)ControlGroupV2.TryFind() ?? ControlGroupV1.TryFind()
            : SystemdScope.TryFind();
        return limits ?? new WatchedLimits();
    }
}
