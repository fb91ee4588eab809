using System.Net;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox.Tests;

/// <summary>What is asked of an engine, what it can't do, and what is said when it fails.</summary>
public sealed class DockerRequestTests : IAsyncDisposable
{
    private static readonly EngineMeans AllMeans = new("20.10", "1", Memory: true, Swap: true, Processes: true, Processor: true);

    private readonly DockerBench _bench = new();

    [Fact]
    public async Task An_engine_that_dies_in_mid_execution_is_said_with_the_way_out()
    {
        using CutSocket way = new(_bench.Folder, _bench.Options.Endpoint);
        await using DockerSandbox sandbox = new(_bench.Options with { Endpoint = way.Endpoint });
        SandboxException error = await Should.ThrowAsync<SandboxException>(() =>
            sandbox.ExecuteAsync(_bench.Spec("import time\nprint('running')\ntime.sleep(60)"), _ => way.Cut(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));
        error.Message.ShouldStartWith("Docker stopped answering in the middle of an execution: start it again");
        (await Should.ThrowAsync<SandboxException>(() => sandbox.ExecuteAsync(_bench.Spec("pass"), null, CancellationToken.None))).Message.ShouldStartWith("Docker does not answer at");
        await RemoveAsync();
    }

    [Fact]
    public async Task An_execution_names_no_version_of_the_engine_and_starts_nothing_beside_its_container()
    {
        using CutSocket way = new(_bench.Folder, _bench.Options.Endpoint);
        await using (DockerSandbox sandbox = new(_bench.Options with { Endpoint = way.Endpoint, Prestart = false }))
        {
            await sandbox.ExecuteAsync(_bench.Spec("pass", collect: ["submission.csv"]), null, CancellationToken.None);
        }

        way.Requests.Select(request => request.Split('?')[0].Split('/')[1]).ShouldBe(["info", "images", "containers", "containers", "containers", "containers"]);
        way.Requests.Select(request => request.Split('?')[0].Split('/')[^1]).Where(last => last is "create" or "attach" or "start").ShouldBe(["create", "attach", "start"]);
    }

    [Fact]
    public async Task A_kernel_that_counts_no_swap_still_limits_memory_and_the_report_says_so()
    {
        HostConfig made = await MadeAsync(AllMeans with { Swap = false }, _bench.Options);
        made.Memory.ShouldBe(Workbench.Small.MemoryBytes);
        (AllMeans with { Swap = false }).Of("memory").ShouldBe(new Guarantee(
            "memory", true, "a memory limit of the container (cgroup v1); this kernel counts no swap, so what it swaps out comes on top: boot with swapaccount=1, or without swap"));
        (AllMeans with { Memory = false }).Of("memory").Held.ShouldBeFalse();
    }

    [Fact]
    public async Task What_an_engine_can_not_limit_is_not_asked_of_it()
    {
        HostConfig made = await MadeAsync(AllMeans with { Memory = false, Swap = false, Processes = false, Processor = false }, _bench.Options);
        (made.Memory, made.NanoCPUs, made.PidsLimit is null or 0 or -1).ShouldBe((0, 0, true));
    }

    [Fact]
    public async Task Gpus_are_asked_of_the_engine_and_one_that_has_none_says_so()
    {
        HostConfig made = await MadeAsync(AllMeans, _bench.Options with { Gpus = 2 });
        DeviceRequest request = made.DeviceRequests.ShouldHaveSingleItem();
        (request.Count, request.Capabilities.ShouldHaveSingleItem().ShouldHaveSingleItem()).ShouldBe((2, "gpu"));
        (await MadeAsync(AllMeans, _bench.Options)).DeviceRequests.ShouldBeNull();
        await using DockerSandbox sandbox = new(_bench.Options with { Gpus = 1 });
        (await Should.ThrowAsync<SandboxException>(() => sandbox.ExecuteAsync(_bench.Spec("pass"), null, CancellationToken.None))).Message.ShouldStartWith("Docker has no GPUs to give");
    }

    [Fact]
    public void An_engine_of_another_user_who_may_not_see_the_data_is_told_as_such()
    {
        // A rootless engine says this to everybody but its user.
        DockerApiException refused = new(HttpStatusCode.BadRequest, """{"message":"invalid mount config for type \"bind\": stat /home/me/input: permission denied"}""");
        DockerFailure.Explain(refused, _bench.Options, DockerOptions.PythonImage).Message.ShouldStartWith(
            $"The engine at {_bench.Options.Endpoint.AbsolutePath} is another user's, who may not see the data: run agentide as that user");
    }

    [Theory]
    [InlineData("""container create: opening seccomp profile failed: open {\"defaultAction\":\"SCMP_ACT_ALLOW\"}: file name too long""")]
    [InlineData("""container create: unknown mount option \"nr_inodes=2\": invalid mount option""")]
    public void Podman_is_told_as_such(string said)
    {
        DockerApiException refused = new(HttpStatusCode.InternalServerError, $$"""{"message":"{{said}}"}""");
        DockerFailure.Explain(refused, _bench.Options, DockerOptions.PythonImage).Message.ShouldStartWith($"The engine at {_bench.Options.Endpoint.AbsolutePath} is podman");
    }

    [Fact]
    public async Task Folders_of_models_that_candidates_could_not_read_are_refused()
    {
        DirectoryInfo models = Directory.CreateDirectory(Path.Combine(_bench.Folder, "secret"));
        models.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        await using DockerSandbox sandbox = new(_bench.Options with { Models = [models.FullName] });
        (await Should.ThrowAsync<SandboxException>(() => sandbox.ExecuteAsync(_bench.Spec("pass"), null, CancellationToken.None))).Message.ShouldContain($"chmod -R o+rX {models.FullName}");
    }

    [Fact]
    public void Another_python_is_refused_for_the_image_has_its_own() =>
        Should.Throw<SandboxException>(() => SandboxEngines.Create("docker", SandboxSettings.Default with { Python = "/opt/python/bin/python3" }))
            .Message.ShouldStartWith("Candidates in Docker have the Python of their image: leave out --python");

    [Fact]
    public async Task A_base_that_never_came_is_named_with_another_way_to_it()
    {
        using DockerClient client = DockerBench.Client();
        (await DockerImage.HintAsync(client, "debian:none-such", CancellationToken.None)).ShouldContain("mmdebstrap --variant=minbase bookworm - | docker import - debian:none-such");
        (await DockerImage.HintAsync(client, DockerOptions.PythonImage, CancellationToken.None)).ShouldBe("");
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private async Task<HostConfig> MadeAsync(EngineMeans means, DockerOptions options)
    {
        using DockerClient client = DockerBench.Client();
        ContainerKind kind = ContainerKind.Of(DockerOptions.PythonImage, _bench.Input, Workbench.Small);
        CreateContainerResponse made = await client.Containers.CreateContainerAsync(new ContainerProfile(means, options).Write(kind, $"agentide-test-made-{Environment.ProcessId}", 60999, 0));
        ContainerInspectResponse container = await client.Containers.InspectContainerAsync(made.ID);
        await Container.RemoveAsync(client, made.ID);
        return container.HostConfig;
    }

    private async Task RemoveAsync()
    {
        using DockerClient client = DockerBench.Client();
        foreach (ContainerListResponse container in await DockerBench.ContainersAsync(_bench.Input))
        {
            await Container.RemoveAsync(client, container.ID);
        }
    }
}
