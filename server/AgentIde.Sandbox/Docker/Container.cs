using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using AgentIde.Core.Sandboxes;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox.Docker;

/// <summary>
/// A container for one execution, in which a keeper waits for the program. Used once, then removed; when this process
/// dies the keeper's stream closes, and it ends whatever runs, and itself.
/// </summary>
internal sealed class Container : IAsyncDisposable
{
    // The kernel counts processes by user over all containers of the machine, whoever started them: drawn, so that two
    // are hardly ever the same. The range is systemd's for users that nobody keeps.
    private const int FirstUser = 61184, LastUser = 65519;

    /// <summary>The keeper's own, by which it ends what waits in vain or has become deaf, and some more.</summary>
    private static readonly TimeSpan KeepersPatience = TimeSpan.FromMinutes(70);

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60), RemovalPatience = TimeSpan.FromSeconds(20);

    private static readonly string Owner = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");

    private static int _count;

    private readonly DockerClient _client;

    private Container(DockerClient client, string name, int user, KeeperStream keeper)
    {
        _client = client;
        Name = name;
        User = user;
        Keeper = keeper;
    }

    internal string Name { get; }

    /// <summary>As whom the candidate runs, here and inside.</summary>
    internal int User { get; }

    internal KeeperStream Keeper { get; }

    /// <param name="time">The longest that a program of it may last.</param>
    /// <remarks>Not to be cancelled: an engine that is left in the middle may still make it.</remarks>
    /// <exception cref="SandboxException">The engine refused; the message is its own, with what helps.</exception>
    internal static async Task<Container> StartAsync(DockerClient client, ContainerProfile profile, ContainerKind kind, TimeSpan time)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"agentide-{Owner}-{Interlocked.Increment(ref _count)}");
        int user = RandomNumberGenerator.GetInt32(FirstUser, LastUser + 1);
        long until = (TimeProvider.System.GetUtcNow() + time + KeepersPatience).ToUnixTimeSeconds();
        KeeperStream? keeper = null;
        try
        {
            await client.Containers.CreateContainerAsync(profile.Write(kind, name, user, until));
            keeper = new KeeperStream(await client.Containers.AttachContainerAsync(
                name, tty: false, new ContainerAttachParameters { Stream = true, Stdin = true, Stdout = true, Stderr = true }));
            await client.Containers.StartContainerAsync(name, new ContainerStartParameters());
            if (await keeper.NextAsync().WaitAsync(StartPatience) is not { Letter: 'I' })
            {
                throw new SandboxException($"The container ended before it could begin: {(keeper.Said is { Length: > 0 } said ? said : "without a word")}. Build its image again with agentide sandbox build.");
            }

            keeper.Take();
            return new Container(client, name, user, keeper);
        }
        catch (Exception)
        {
            keeper?.Dispose();
            await TryRemoveAsync(client, name);
            throw;
        }
    }

    /// <summary>Of a container whose keeper has gone without a last word.</summary>
    internal async Task<ContainerState> StateAsync()
    {
        using CancellationTokenSource patience = new(RemovalPatience);
        while (true)
        {
            ContainerState state = (await _client.Containers.InspectContainerAsync(Name, patience.Token)).State;
            if (!state.Running)
            {
                return state;
            }

            // Its stream closes a moment before the engine knows.
            await Task.Delay(20, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Keeper.Dispose();
        await RemoveAsync(_client, Name);
    }

    /// <summary>Ends and removes a container, and returns when it is gone.</summary>
    internal static async Task RemoveAsync(DockerClient client, string name)
    {
        using CancellationTokenSource patience = new(RemovalPatience);
        while (true)
        {
            try
            {
                await client.Containers.RemoveContainerAsync(name, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, patience.Token);
                return;
            }
            catch (DockerApiException error) when (error.StatusCode == HttpStatusCode.NotFound)
            {
                return;
            }
            catch (DockerApiException error) when (error.StatusCode == HttpStatusCode.Conflict)
            {
                // Somebody else is removing it.
                await Task.Delay(20, patience.Token);
            }
        }
    }

    /// <summary>Where the engine fails, what is left is found by its label at the next start.</summary>
    internal static async Task TryRemoveAsync(DockerClient client, string name)
    {
        try
        {
            await RemoveAsync(client, name);
        }
        catch (Exception error) when (DockerFailure.IsOfTheEngine(error))
        {
        }
    }
}
