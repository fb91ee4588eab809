using System.Diagnostics;
using System.Globalization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Native;
using Docker.DotNet;

namespace AgentIde.Sandbox.Docker;

/// <summary>One candidate in a container from start to end.</summary>
internal sealed class DockerExecution(ExecutionSpec spec, Container container, Action<ReadOnlyMemory<byte>>? listener)
{
    private static readonly TimeSpan DeathPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(30);

    /// <summary>How often the engine is asked whether all has ended, for a candidate whose launcher can't tell any more.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private static readonly string Launcher = Resource.Text("launcher.py");

    private readonly OutputBuffer _output = new();

    private enum Reason
    {
        Ended,
        TimeOut,
        OutputFlood,
        Cancelled,
    }

    /// <exception cref="SandboxException">The engine failed.</exception>
    internal async Task<ExecutionResult> RunAsync(CandidateProgram program, CancellationToken cancellationToken)
    {
        (string execution, MultiplexedStream stream) = await container.BeginAsync(
            ["/usr/bin/python3", "-I", "-S", "-c", Launcher, Text(spec.Code.Length), program.File, Text(spec.Limits.Processes), .. program.Command],
            [.. Profile.Variables(spec, program).Select(variable => $"{variable.Key}={variable.Value}")],
            withInput: true,
            CancellationToken.None);
        using (stream)
        {
            byte[] code = spec.Code.ToArray();
            await stream.WriteAsync(code, 0, code.Length, CancellationToken.None);
            ContainerStream frames = new(stream, Take);
            if (!await frames.AwaitReadyAsync(ReadyPatience))
            {
                throw new SandboxException($"The container could not begin (exit code {await container.ExitCodeAsync(execution, CancellationToken.None)}): {frames.Said}");
            }

            long start = Stopwatch.GetTimestamp();
            (Reason reason, int? status) = await WatchAsync(frames, execution, start, cancellationToken);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            bool allDead = await container.KillAllAsync(DeathPatience);
            await frames.DrainAsync(DeathPatience);
            return await ResultAsync(reason, status ?? Libc.SignalKill, elapsed, allDead);
        }
    }

    private async Task<ExecutionResult> ResultAsync(Reason reason, int status, TimeSpan elapsed, bool allDead)
    {
        bool outOfMemory = await container.WasOutOfMemoryAsync(CancellationToken.None);
        Ending ending = EndingOf(reason, status, outOfMemory, out int? exitCode, out int? signal);
        IEnumerable<CollectedFile> files = allDead
            ? await ContainerCollector.CollectAsync(container, spec.Collect)
            : spec.Collect.Select(file => new CollectedFile(file.Name, null, null, "the candidate's processes would not die, so nothing was taken"));
        return new ExecutionResult(
            ending, exitCode, signal, outOfMemory, elapsed.TotalSeconds, container.Usage.CpuSeconds, container.Usage.PeakMemoryBytes,
            _output.ToArray(), _output.TotalBytes, [.. files]);
    }

    private async Task<(Reason Reason, int? Status)> WatchAsync(ContainerStream frames, string execution, long start, CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan left = spec.Limits.Time - Stopwatch.GetElapsedTime(start);
            await frames.AwaitMoreAsync(left < Look ? TimeSpan.FromMilliseconds(Math.Max(1, left.TotalMilliseconds)) : Look, cancellationToken);
            if (cancellationToken.IsCancellationRequested)
            {
                return (Reason.Cancelled, null);
            }

            if (_output.TotalBytes > spec.Limits.OutputBytes)
            {
                return (Reason.OutputFlood, null);
            }

            if (frames.Status is { } status)
            {
                return (Reason.Ended, status);
            }

            if (Stopwatch.GetElapsedTime(start) >= spec.Limits.Time)
            {
                return (Reason.TimeOut, null);
            }

            // A candidate may kill its launcher; then the engine alone knows that it has ended. One that ended well has
            // told the candidate's status before, and its word is on the way.
            if (await container.ExitCodeAsync(execution, CancellationToken.None) is { } code)
            {
                await frames.DrainAsync(code == 0 ? DeathPatience : TimeSpan.Zero);
                return (Reason.Ended, frames.Status ?? FromShell(code));
            }
        }
    }

    private void Take(ReadOnlyMemory<byte> piece)
    {
        if (!piece.IsEmpty)
        {
            _output.Append(piece.Span);
            listener?.Invoke(piece);
        }
    }

    /// <summary>Docker tells a signal as the shell does, 128 and its number; as a wait status.</summary>
    private static int FromShell(long code) => code is > 128 and <= 128 + 64 ? (int)code - 128 : (int)(code & 0xff) << 8;

    private static Ending EndingOf(Reason reason, int status, bool outOfMemory, out int? exitCode, out int? signal)
    {
        exitCode = signal = null;
        switch (reason)
        {
            case Reason.TimeOut:
                return Ending.TimeOut;
            case Reason.OutputFlood:
                return Ending.OutputFlood;
            case Reason.Cancelled:
                return Ending.Cancelled;
            default:
                if ((status & 0x7f) == 0)
                {
                    exitCode = (status >> 8) & 0xff;
                    return Ending.Exited;
                }

                signal = status & 0x7f;
                return outOfMemory && signal == Libc.SignalKill ? Ending.OutOfMemory : Ending.Signalled;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
