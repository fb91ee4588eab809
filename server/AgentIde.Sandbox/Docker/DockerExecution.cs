using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Native;
using Docker.DotNet;

namespace AgentIde.Sandbox.Docker;

/// <summary>One candidate in a container from start to end.</summary>
internal sealed class DockerExecution(ExecutionSpec spec, DockerClient client, Container container, Action<ReadOnlyMemory<byte>>? listener)
{
    private static readonly TimeSpan DeathPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    // The code comes on standard input, exactly so many bytes; then the limit of processes, which counts this user's alone.
    private const string Launcher =
        "umask 022; mkdir working; head -c \"$1\" > \"$2\" || exit 125; ulimit -u \"$3\" 2>/dev/null || ulimit -p \"$3\" || exit 125; printf r; shift 3; exec \"$@\" </dev/null 2>&1";

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
            ["/bin/sh", "-c", Launcher, "sh", Text(spec.Code.Length), program.File, Text(spec.Limits.Processes + 1), .. program.Command],
            [.. Profile.Variables(spec, program).Select(variable => $"{variable.Key}={variable.Value}")],
            withInput: true,
            CancellationToken.None);
        using (stream)
        {
            byte[] code = spec.Code.ToArray();
            await stream.WriteAsync(code, 0, code.Length, CancellationToken.None);
            await AwaitReadyAsync(stream, execution);
            long start = Stopwatch.GetTimestamp();
            (Reason reason, long? code1) = await WatchAsync(stream, execution, start, cancellationToken);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            bool allDead = await container.KillAllAsync(DeathPatience);
            await DrainAsync(stream);
            return await ResultAsync(reason, code1, elapsed, allDead);
        }
    }

    private async Task<ExecutionResult> ResultAsync(Reason reason, long? status, TimeSpan elapsed, bool allDead)
    {
        bool outOfMemory = await container.WasOutOfMemoryAsync(CancellationToken.None);
        Ending ending = EndingOf(reason, status ?? 128 + Libc.SignalKill, outOfMemory, out int? exitCode, out int? signal);
        List<CollectedFile> files = [];
        foreach (OutputFile file in spec.Collect)
        {
            files.Add(allDead
                ? await ContainerCollector.CollectAsync(client, container.Id, file, CancellationToken.None)
                : new CollectedFile(file.Name, null, null, "the candidate's processes would not die, so nothing was taken"));
        }

        return new ExecutionResult(
            ending, exitCode, signal, outOfMemory, elapsed.TotalSeconds, container.Usage.CpuSeconds, container.Usage.PeakMemoryBytes,
            _output.ToArray(), _output.TotalBytes, [.. files]);
    }

    /// <summary>The first byte is the launcher's word that the candidate begins.</summary>
    private async Task AwaitReadyAsync(MultiplexedStream stream, string execution)
    {
        byte[] buffer = new byte[4096];
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        MultiplexedStream.ReadResult first = await stream.ReadOutputAsync(buffer, 0, buffer.Length, patience.Token);
        if (first.Count > 0 && buffer[0] == 'r' && first.Target == MultiplexedStream.TargetStream.StandardOut)
        {
            Take(buffer.AsMemory(1, first.Count - 1));
            return;
        }

        string said = Encoding.UTF8.GetString(buffer, 0, first.Count).Trim();
        throw new SandboxException($"The container could not begin (exit code {await container.ExitCodeAsync(execution, CancellationToken.None)}): {said}");
    }

    private async Task<(Reason Reason, long? Status)> WatchAsync(MultiplexedStream stream, string execution, long start, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[64 << 10];
        Task<MultiplexedStream.ReadResult>? reading = null;
        bool open = true;
        while (true)
        {
            if (open)
            {
                reading ??= stream.ReadOutputAsync(buffer, 0, buffer.Length, CancellationToken.None);
                await Task.WhenAny(reading, Task.Delay(Look, CancellationToken.None));
            }
            else
            {
                await Task.Delay(Look, CancellationToken.None);
            }

            bool looked = false;
            if (reading is { IsCompleted: true })
            {
                MultiplexedStream.ReadResult read = await reading;
                reading = null;
                open = !read.EOF;
                Take(buffer.AsMemory(0, read.Count));
                looked = open;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return (Reason.Cancelled, null);
            }

            if (_output.TotalBytes > spec.Limits.OutputBytes)
            {
                return (Reason.OutputFlood, null);
            }

            if (Stopwatch.GetElapsedTime(start) >= spec.Limits.Time)
            {
                return (Reason.TimeOut, null);
            }

            // While output flows there is no need to ask; an output that is closed is no end.
            if (!looked && await container.ExitCodeAsync(execution, CancellationToken.None) is { } status)
            {
                _pending = reading;
                _buffer = buffer;
                return (Reason.Ended, status);
            }
        }
    }

    private Task<MultiplexedStream.ReadResult>? _pending;
    private byte[] _buffer = [];

    /// <summary>Every writer is dead: what is on the way is all there will be.</summary>
    private async Task DrainAsync(MultiplexedStream stream)
    {
        using CancellationTokenSource patience = new(DeathPatience);
        byte[] buffer = new byte[64 << 10];
        try
        {
            if (_pending is { } pending)
            {
                MultiplexedStream.ReadResult read = await pending.WaitAsync(patience.Token);
                Take(_buffer.AsMemory(0, read.Count));
                if (read.EOF)
                {
                    return;
                }
            }

            while (true)
            {
                MultiplexedStream.ReadResult read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, patience.Token);
                if (read.EOF || _output.TotalBytes > spec.Limits.OutputBytes)
                {
                    return;
                }

                Take(buffer.AsMemory(0, read.Count));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // An engine that keeps the stream open after the last writer: what has come is kept.
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

    /// <summary>Docker tells a signal as the shell does, 128 and its number.</summary>
    private static Ending EndingOf(Reason reason, long status, bool outOfMemory, out int? exitCode, out int? signal)
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
                if (status is <= 128 or > 128 + 64)
                {
                    exitCode = (int)status;
                    return Ending.Exited;
                }

                signal = (int)status - 128;
                return outOfMemory && signal == Libc.SignalKill ? Ending.OutOfMemory : Ending.Signalled;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
