using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Leftovers;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox.Docker;

/// <summary>
/// A container for one execution. Its own process only waits, as a user that no candidate is, so that the candidate's
/// memory file systems outlive every process of the candidate. Used once, then removed.
/// </summary>
internal sealed class Container : IAsyncDisposable
{
    /// <summary>
    /// One signal to everything of this user; the kernel lets no fork slip through between. Then it waits until what it
    /// sees of this user, besides itself, is dead. What is dead and not yet taken by its parent is dead.
    /// </summary>
    private const string KillScript =
        """
        alive() {
          for file in /proc/[0-9]*/status; do
            state= user= process=
            while read -r key value rest; do
              case $key in State:) state=$value ;; Uid:) user=$value ;; Pid:) process=$value ;; esac
            done 2>/dev/null < "$file"
            [ "$user" = "$1" ] && [ "$process" != $$ ] && [ "$state" != Z ] && return 0
          done
          return 1
        }
        n=0
        while kill -9 -1; alive "$1"; do n=$((n+1)); [ $n -lt 400 ] || exit 1; sleep 0.01; done 2>/dev/null
        exit 0
        """;

    // The kernel counts processes by user over all containers of the machine, whoever started them: drawn, so that two
    // are hardly ever the same. The range is systemd's for users that nobody keeps.
    private const int FirstUser = 61184, LastUser = 65519;

    private static int _count;

    private readonly DockerClient _client;
    private readonly ExecutionSlot _slot;

    private Container(DockerClient client, string id, int user, ExecutionSlot slot, ContainerUsage usage)
    {
        User = user;
        _client = client;
        _slot = slot;
        Id = id;
        Usage = usage;
    }

    internal string Id { get; }

    internal ContainerUsage Usage { get; }

    /// <summary>As whom the candidate runs, here and inside.</summary>
    internal int User { get; }

    /// <exception cref="SandboxException">The engine refused; the message is its own, with what helps.</exception>
    internal static async Task<Container> StartAsync(DockerClient client, string image, ExecutionSlots slots, string inputFolder, ExecutionLimits limits, CancellationToken cancellationToken)
    {
        ExecutionSlot slot = slots.Claim();
        int user = RandomNumberGenerator.GetInt32(FirstUser, LastUser + 1);
        string? id = null;
        try
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{slot.Name}-{Interlocked.Increment(ref _count)}");
            CreateContainerResponse made = await client.Containers.CreateContainerAsync(ContainerProfile.Write(image, name, inputFolder, limits, user), cancellationToken);
            id = made.ID;
            if (made.Warnings?.FirstOrDefault(warning => warning.Contains("limit", StringComparison.OrdinalIgnoreCase)) is { } ignored)
            {
                throw new SandboxException($"Docker ignores a limit here ({ignored}): rootless engines need cgroup v2 with delegated controllers.");
            }

            await client.Containers.StartContainerAsync(id, new ContainerStartParameters(), cancellationToken);
            ContainerInspectResponse state = await client.Containers.InspectContainerAsync(id, cancellationToken);
            return new Container(client, id, user, slot, ContainerUsage.Of(state.State.Pid));
        }
        catch (Exception error)
        {
            if (id is not null)
            {
                await RemoveAsync(client, id);
            }

            slot.Dispose();
            throw error is DockerApiException refused ? DockerFailure.Explain(refused, image) : error;
        }
    }

    /// <summary>Starts a command as the candidate's user, with its input and output in our hands.</summary>
    internal async Task<(string Execution, MultiplexedStream Stream)> BeginAsync(IList<string> command, IList<string> environment, bool withInput, CancellationToken cancellationToken)
    {
        string user = User.ToString(CultureInfo.InvariantCulture);
        ContainerExecCreateResponse execution = await _client.Exec.ExecCreateContainerAsync(
            Id,
            new ContainerExecCreateParameters
            {
                Cmd = command,
                Env = environment,
                User = $"{user}:{user}",
                WorkingDir = ContainerProfile.Box,
                AttachStdin = withInput,
                AttachStdout = true,
                AttachStderr = true,
            },
            cancellationToken);
        return (execution.ID, await _client.Exec.StartAndAttachContainerExecAsync(execution.ID, tty: false, cancellationToken));
    }

    /// <summary>Null while it runs.</summary>
    internal async Task<long?> ExitCodeAsync(string execution, CancellationToken cancellationToken)
    {
        ContainerExecInspectResponse state = await _client.Exec.InspectContainerExecAsync(execution, cancellationToken);
        return state.Running ? null : state.ExitCode;
    }

    /// <summary>Kills every process of the candidate's user and waits until there is none.</summary>
    /// <returns>False where that could not be done: then the container can only be removed.</returns>
    internal async Task<bool> KillAllAsync(TimeSpan patience)
    {
        using CancellationTokenSource limit = new(patience);
        try
        {
            (string execution, MultiplexedStream stream) = await BeginAsync(["/bin/sh", "-c", KillScript, "sh", User.ToString(CultureInfo.InvariantCulture)], [], withInput: false, limit.Token);
            using (stream)
            {
                byte[] nothing = new byte[1024];
                while (!(await stream.ReadOutputAsync(nothing, 0, nothing.Length, limit.Token)).EOF)
                {
                }
            }

            long start = Stopwatch.GetTimestamp();
            long? status;
            while ((status = await ExitCodeAsync(execution, limit.Token)) is null && Stopwatch.GetElapsedTime(start) < patience)
            {
                await Task.Delay(2, limit.Token);
            }

            return status == 0;
        }
        catch (Exception error) when (error is DockerApiException or OperationCanceledException or IOException)
        {
            return false;
        }
    }

    internal async Task<bool> WasOutOfMemoryAsync(CancellationToken cancellationToken) =>
        Usage.IsKnown ? Usage.OutOfMemoryKills > 0 : (await _client.Containers.InspectContainerAsync(Id, cancellationToken)).State.OOMKilled;

    public async ValueTask DisposeAsync()
    {
        await RemoveAsync(_client, Id);
        _slot.Dispose();
    }

    internal static async Task RemoveAsync(DockerClient client, string id)
    {
        try
        {
            await client.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, CancellationToken.None);
        }
        catch (DockerApiException error) when (error.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // Somebody else removes it, or has.
        }
    }
}
