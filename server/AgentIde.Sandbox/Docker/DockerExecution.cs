using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Seccomp;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox.Docker;

/// <summary>
/// One candidate in a container from start to end. The keeper inside runs and ends it; here is heard what it says, and
/// how long one waits for it.
/// </summary>
/// <param name="counted">Whether the engine gives the container control groups of its own.</param>
internal sealed class DockerExecution(ExecutionSpec spec, Container container, bool counted, Action<ReadOnlyMemory<byte>>? listener)
{
    /// <summary>How long the keeper is given for a word beyond what the candidate may take; its own are shorter.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly OutputBuffer _output = new();
    private readonly KeeperStream _keeper = container.Keeper;

    /// <exception cref="SandboxException">The engine failed.</exception>
    internal async Task<ExecutionResult> RunAsync(CandidateProgram program, CancellationToken cancellationToken)
    {
        WantedFile[] wanted = [.. spec.Collect.SelectMany(file => file.Paths.Select(path => new WantedFile(file.MaximumBytes, path)))];
        KeeperWork work = new(
            spec.Code.Length, program.File, program.Command, Profile.Variables(spec, program), container.User, spec.Limits.Processes,
            spec.Limits.Time.TotalSeconds, spec.Limits.OutputBytes, SyscallTable.OfThisMachine is { } calls ? SeccompFilter.Write(calls) : [], counted, [.. wanted]);
        long start = Stopwatch.GetTimestamp();
        await SayAsync(() => _keeper.SendAsync(work, spec.Code));
        using CancellationTokenRegistration registration = cancellationToken.Register(() => _ = SayAsync(_keeper.EndAsync));
        KeeperEnd? end = null;
        CollectedFiles files = new(spec.Collect);
        while (true)
        {
            TimeSpan patience = end is null ? spec.Limits.Time + Patience - Stopwatch.GetElapsedTime(start) : Patience;
            if (await FrameAsync(patience) is not { } frame)
            {
                return end is null ? await WithoutLastWordAsync(Stopwatch.GetElapsedTime(start)) : throw Lost("its outputs were handed out");
            }

            switch (frame.Letter)
            {
                case 'B':
                    break;
                case 'O':
                    _output.Append(frame.Payload.Span);
                    listener?.Invoke(frame.Payload);
                    break;
                case 'E':
                    end = JsonSerializer.Deserialize(frame.Payload.Span, KeeperJson.Default.KeeperEnd);
                    break;
                case 'F' or 'D' when end is not null:
                    files.Take(frame);
                    break;
                case 'Z' when end is not null:
                    return Result(end, files);
                case 'X':
                    throw new SandboxException($"The program could not begin in its container: {Encoding.UTF8.GetString(frame.Payload.Span)}");
                default:
                    throw new SandboxException($"The container's keeper said '{frame.Letter}' out of turn: build the image again with agentide sandbox build.");
            }

            _keeper.Take();
        }
    }

    /// <summary>A stream that does not take it is at its end, which the reader sees.</summary>
    private static async Task SayAsync(Func<Task> say)
    {
        try
        {
            await say();
        }
        catch (Exception error) when (DockerFailure.IsOfTheEngine(error))
        {
        }
    }

    /// <summary>Null at the end of the stream, however it came.</summary>
    private async Task<Frame?> FrameAsync(TimeSpan patience)
    {
        try
        {
            return await _keeper.NextAsync().WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero);
        }
        catch (TimeoutException error)
        {
            throw new SandboxException("Docker does not tell the end of an execution that is over: restart it (systemctl restart docker).", error);
        }
        catch (Exception error) when (DockerFailure.IsOfTheEngine(error))
        {
            return null;
        }
    }

    private ExecutionResult Result(KeeperEnd end, CollectedFiles files)
    {
        bool outOfMemory = end.Kills > 0;
        Ending ending = EndingOf(end, outOfMemory, out int? exitCode, out int? signal);
        return new ExecutionResult(
            ending, exitCode, signal, outOfMemory, end.Seconds, end.Cpu, end.Peak, _output.ToArray(), _output.TotalBytes,
            end.Dead ? files.Finish() : [.. spec.Collect.Select(file => Untaken(file, "the candidate's processes would not die, so nothing was taken"))]);
    }

    /// <summary>The keeper is gone. Only the kernel could have taken it, for memory, and then it has taken everything; or the engine failed.</summary>
    private async Task<ExecutionResult> WithoutLastWordAsync(TimeSpan elapsed)
    {
        ContainerState state;
        try
        {
            state = await container.StateAsync();
        }
        catch (Exception error) when (DockerFailure.IsOfTheEngine(error))
        {
            throw DockerFailure.Vanished(error);
        }

        if (!state.OOMKilled)
        {
            throw Lost($"the program ended (exit code {state.ExitCode})");
        }

        return new ExecutionResult(
            Ending.OutOfMemory, null, Libc.SignalKill, true, elapsed.TotalSeconds, 0, spec.Limits.MemoryBytes, _output.ToArray(), _output.TotalBytes,
            [.. spec.Collect.Select(file => Untaken(file, "the memory was so full that nothing could be taken"))]);
    }

    private SandboxException Lost(string when) =>
        new($"The container was ended from outside before {when}: run again, and let nobody stop containers of agentide. {_keeper.Said}".TrimEnd());

    private static CollectedFile Untaken(OutputFile file, string why) => new(file.Name, null, null, why);

    private static Ending EndingOf(KeeperEnd end, bool outOfMemory, out int? exitCode, out int? signal)
    {
        exitCode = signal = null;
        switch (end.Reason)
        {
            case "time":
                return Ending.TimeOut;
            case "output":
                return Ending.OutputFlood;
            case "cancelled":
                return Ending.Cancelled;
            default:
                int status = end.Status ?? Libc.SignalKill;
                if ((status & 0x7f) == 0)
                {
                    exitCode = (status >> 8) & 0xff;
                    return Ending.Exited;
                }

                signal = status & 0x7f;
                return outOfMemory && signal == Libc.SignalKill ? Ending.OutOfMemory : Ending.Signalled;
        }
    }
}
