using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;

namespace AgentIde.Sandbox;

/// <summary>Every engine by the name that the command line has for it.</summary>
public static class SandboxEngines
{
    public const string Default = "bubblewrap";

    public static ImmutableArray<string> Names { get; } = [Default, "docker", "slurm"];

    /// <exception cref="SandboxException">There is no such engine.</exception>
    public static SandboxEngine Create(string name, SandboxSettings settings) => name switch
    {
        "bubblewrap" => Bubblewrap(settings),
        "docker" => Docker(settings),
        "slurm" => Slurm(settings),
        _ => throw new SandboxException($"There is no sandbox '{name}': there is {string.Join(", ", Names)}."),
    };

    private static SandboxEngine Docker(SandboxSettings settings)
    {
        if (settings.Python != SandboxSettings.Default.Python)
        {
            throw new SandboxException("Candidates in Docker have the Python of their image: leave out --python, or tag an image with what you need, and /usr/bin/python3, as agentide/python-ml.");
        }

        DockerOptions options = DockerOptions.Default() with { Prestart = settings.Start != PythonStart.Cold, Models = settings.Models, Gpus = settings.Gpus };
        DockerSandbox sandbox = new(options);
        return new SandboxEngine(sandbox, cancellationToken => DockerLeftovers.RemoveAsync(options, cancellationToken)) { FindCSharp = sandbox.FindCSharpAsync };
    }

    private static SandboxEngine Slurm(SandboxSettings settings)
    {
        SlurmOptions options = SlurmOptions.Default() with { Python = settings.Python, Gpus = settings.Gpus, Models = settings.Models };
        SlurmSandbox sandbox = new(options);
        return new SandboxEngine(sandbox, cancellationToken => SlurmLeftovers.RemoveAsync(options, cancellationToken)) { IsElsewhere = () => !sandbox.IsHere(), FindCSharp = FindCSharpHere };
    }

    private static SandboxEngine Bubblewrap(SandboxSettings settings)
    {
        if (settings.Gpus > 0)
        {
            throw new SandboxException("bubblewrap gives candidates no GPUs: ask for them with --sandbox docker or --sandbox slurm.");
        }

        BubblewrapOptions options = BubblewrapOptions.Default with { Python = settings.Python, Start = settings.Start, Models = settings.Models };
        return new SandboxEngine(new BubblewrapSandbox(options), _ => Task.FromResult(SandboxLeftovers.Remove(options))) { FindCSharp = FindCSharpHere };
    }

    private static Task FindCSharpHere(CancellationToken cancellationToken) =>
        Task.Run(() => DotnetEnvironment.Program(ExecutionStep.Run, ExecutionLimits.Default), cancellationToken);
}

/// <summary>What a user may say of any engine. From flags and the user's own settings only, never from a workspace.</summary>
/// <param name="Python">Absolute path of the interpreter: of candidates where the engine shows them this machine's, and of the controls of attacks.</param>
/// <param name="Start">How Python candidates are started, where the engine can keep one warm.</param>
public sealed record SandboxSettings(string Python, PythonStart Start = PythonStart.Cold)
{
    public static SandboxSettings Default { get; } = new(BubblewrapOptions.Default.Python);

    /// <summary>Absolute paths of folders with model weights; candidates see each read-only as <c>/models/NAME</c>, by its last part.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>How many GPUs an execution asks the engine for; 0 for none.</summary>
    public int Gpus { get; init; }
}

/// <param name="RemoveLeftovers">Removes what dead processes left; one line for each execution. Never touches what a living one holds.</param>
public sealed record SandboxEngine(ISandbox Sandbox, Func<CancellationToken, Task<ImmutableArray<string>>> RemoveLeftovers) : IAsyncDisposable
{
    /// <summary>Whether executions run on other machines, where nobody here can look at their processes.</summary>
    public Func<bool> IsElsewhere { get; init; } = () => false;

    /// <summary>Looks for what C# candidates need; <see cref="SandboxException"/> says what is missing.</summary>
    public required Func<CancellationToken, Task> FindCSharp { get; init; }

    /// <summary>Ends what the engine keeps ready; executions must be over.</summary>
    public async ValueTask DisposeAsync()
    {
        (Sandbox as IDisposable)?.Dispose();
        if (Sandbox is IAsyncDisposable engine)
        {
            await engine.DisposeAsync();
        }
    }
}
