using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Docker;
using AgentIde.Sandbox.Leftovers;
using AgentIde.Sandbox.Native;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox.Tests;

/// <summary>
/// What a process leaves that was killed, and whose containers are never touched. Not beside the same tests of another
/// user: each would clean up what the other has left on purpose.
/// </summary>
[Collection(nameof(DockerLeftoverTests))]
public sealed class DockerLeftoverTests : IAsyncDisposable
{
    private readonly DockerBench _bench = new();
    private readonly List<string> _made = [];

    [Fact]
    public async Task An_owner_that_is_killed_leaves_nothing_running_and_after_the_next_start_nothing_at_all()
    {
        using Process owner = Owner();
        try
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
            while (await owner.StandardOutput.ReadLineAsync(patience.Token) is { } line && line != "running")
            {
            }

            ContainerListResponse[] started = await DockerBench.ContainersAsync(_bench.Input);
            started.ShouldNotBeEmpty();
        }
        finally
        {
            owner.Kill();
            await owner.WaitForExitAsync();
        }

        long begun = Stopwatch.GetTimestamp();
        while ((await DockerBench.ContainersAsync(_bench.Input)).Any(container => container.State == "running"))
        {
            Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(30));
        }

        ImmutableArray<string> removed = await DockerLeftovers.RemoveAsync(_bench.Options, CancellationToken.None);
        removed.ShouldContain(line => line.StartsWith($"container agentide-{owner.Id}-", StringComparison.Ordinal) && line.EndsWith("of a process that is gone", StringComparison.Ordinal));
        (await DockerBench.ContainersAsync(_bench.Input)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_containers_whose_owner_is_known_to_be_dead_are_removed()
    {
        ContainerOwner self = ContainerOwner.OfThisProcess();
        ProcessName gone = new(Environment.ProcessId, 1);
        string dead = await MakeAsync(self with { Process = gone }, start: true);
        string deadAndUnstarted = await MakeAsync(self with { Process = gone }, start: false);
        string living = await MakeAsync(self, start: true);
        string elsewhere = await MakeAsync(self with { Namespace = "pid:[1]", Process = gone }, start: true);
        string otherMachine = await MakeAsync(self with { Boot = "another", Process = gone }, start: false);

        ImmutableArray<string> removed = await DockerLeftovers.RemoveAsync(_bench.Options, CancellationToken.None);
        removed.ShouldContain($"container {dead} of a process that is gone");
        removed.ShouldContain($"container {deadAndUnstarted} of a process that is gone");
        (await NamesAsync()).ShouldBe([living, elsewhere, otherMachine], ignoreOrder: true);

        // Those that can't be seen from here go by their age.
        removed = await DockerLeftovers.RemoveAsync(_bench.Options, new LaterTime(TimeSpan.FromMinutes(61)), CancellationToken.None);
        removed.ShouldContain($"container {otherMachine} that does not run, of a process that can't be seen from here");
        (await NamesAsync()).ShouldBe([living, elsewhere], ignoreOrder: true);
        removed = await DockerLeftovers.RemoveAsync(_bench.Options, new LaterTime(TimeSpan.FromHours(3)), CancellationToken.None);
        removed.ShouldContain($"container {elsewhere} that has outlived its time, of a process that can't be seen from here");
        (await NamesAsync()).ShouldBe([living]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("boot:1:2")]
    [InlineData("boot/pid:[1]/x/2")]
    public void A_label_that_names_no_owner_is_no_dead_owner(string label) => ContainerOwner.TryParse(label).ShouldBeNull();

    [Fact]
    public void An_owner_is_read_as_it_was_written()
    {
        ContainerOwner self = ContainerOwner.OfThisProcess();
        (ContainerOwner.TryParse(self.ToString()), self.IsAlive, (self with { Process = new ProcessName(int.MaxValue, 1) }).IsAlive).ShouldBe((self, true, false));
    }

    public async ValueTask DisposeAsync()
    {
        using (DockerClient client = DockerBench.Client())
        {
            foreach (string name in _made)
            {
                await Container.RemoveAsync(client, name);
            }
        }

        await _bench.DisposeAsync();
    }

    private async Task<string> MakeAsync(ContainerOwner owner, bool start)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"agentide-test-{Environment.ProcessId}-{_made.Count}");
        using DockerClient client = DockerBench.Client();
        EngineMeans means = EngineMeans.Of(await client.System.GetSystemInfoAsync());
        string image = (await client.Images.InspectImageAsync(DockerOptions.PythonImage)).ID;
        long until = (TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(2)).ToUnixTimeSeconds();
        CreateContainerParameters parameters = new ContainerProfile(means, _bench.Options).Write(ContainerKind.Of(image, _bench.Input, Workbench.Small), name, 60999, until);
        parameters.Labels[ContainerProfile.OwnerLabel] = owner.ToString();
        if (start)
        {
            // A keeper whose input nobody holds would end at once; this one only waits.
            parameters.Entrypoint = ["/bin/sleep", "600"];
        }

        _made.Add(name);
        await client.Containers.CreateContainerAsync(parameters);
        if (start)
        {
            await client.Containers.StartContainerAsync(name, new ContainerStartParameters());
        }

        return name;
    }

    private async Task<string[]> NamesAsync() => [.. (await DockerBench.ContainersAsync(_bench.Input)).Select(container => container.Names[0].TrimStart('/'))];

    private Process Owner(params string[] more) => Process.Start(new ProcessStartInfo(
        OrdinaryUserTests.Host, ["exec", Path.Combine(AppContext.BaseDirectory, "AgentIde.Sandbox.Owner.dll"), "docker", DockerBench.Host, _bench.Input, .. more])
    {
        RedirectStandardOutput = true,
    })!;

    private sealed class LaterTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
