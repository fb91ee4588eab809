using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AgentIde.Core.Sandboxes;
using Docker.DotNet;

namespace AgentIde.Sandbox.Docker;

/// <summary>Says in one line why Docker can't be used, and what helps.</summary>
internal static class DockerFailure
{
    /// <summary>Whether an error is the engine's or the way's to it. A caller's own cancellation is to be looked at before.</summary>
    internal static bool IsOfTheEngine(Exception error) => error is
        DockerApiException or HttpRequestException or IOException or SocketException or TimeoutException or UnauthorizedAccessException or OperationCanceledException or ObjectDisposedException;

    internal static SandboxException Explain(Exception error, DockerOptions options, string image) => error switch
    {
        SandboxException known => known,
        DockerApiException { StatusCode: HttpStatusCode.NotFound } missing when Message(missing).Contains("image", StringComparison.OrdinalIgnoreCase) => MissingImage(image),
        DockerApiException refused when Message(refused).Contains("[[gpu]]", StringComparison.Ordinal) => new SandboxException(
            $"Docker has no GPUs to give: install the NVIDIA container toolkit and restart Docker, or leave out --gpus. It says: {Message(refused)}", refused),
        DockerApiException refused when Message(refused).Contains(ContainerProfile.Python, StringComparison.Ordinal) => new SandboxException(
            $"The image {image} has no {ContainerProfile.Python}, by which candidates of every language are started and ended: install python3 in it. Docker says: {Message(refused)}", refused),
        DockerApiException refused when Message(refused) is var said && said.Contains("type \"bind\"", StringComparison.Ordinal) && said.EndsWith("permission denied", StringComparison.Ordinal) => new SandboxException(
            $"The engine at {options.Endpoint.AbsolutePath} is another user's, who may not see the data: run agentide as that user, or name an engine of your own in DOCKER_HOST. It says: {said}", refused),
        // Podman opens the text as the name of a file, and knows no such option of a memory file system.
        DockerApiException refused when Message(refused) is var said && (said.Contains("opening seccomp profile failed", StringComparison.Ordinal) || said.Contains("\"nr_inodes=", StringComparison.Ordinal)) => new SandboxException(
            $"The engine at {options.Endpoint.AbsolutePath} is podman, whose Docker interface takes neither our system call filter nor a limit on the number of files: use Docker, which may be a rootless one, or --sandbox bubblewrap.", refused),
        DockerApiException refused => new SandboxException($"Docker refused: {Message(refused)}", refused),
        _ => Unreachable(options.Endpoint, error),
    };

    internal static SandboxException MissingImage(string image) => new($"Docker has no image {image}: {BuildCommand(image)} makes it.");

    internal static SandboxException Unreachable(Uri endpoint, Exception error) => new(
        error is UnauthorizedAccessException || error.InnerException?.Message.Contains("Permission denied", StringComparison.Ordinal) == true
            ? $"{endpoint.AbsolutePath} may not be used by {Environment.UserName}: join the group docker, or set DOCKER_HOST to an engine of your own."
            : $"Docker does not answer at {endpoint.AbsolutePath}: install it (apt-get install docker.io), start it, or name its socket in DOCKER_HOST.",
        error);

    internal static SandboxException Vanished(Exception error) => new(
        "Docker stopped answering in the middle of an execution: start it again (systemctl start docker) and repeat; what it left is removed at the next start, or by agentide doctor --clean --sandbox docker.", error);

    internal static string Message(DockerApiException error)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(error.ResponseBody);
            return document.RootElement.GetProperty("message").GetString() ?? error.Message;
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return error.Message;
        }
    }

    private static string BuildCommand(string image) =>
        image == DockerOptions.CSharpImage ? $"agentide sandbox build {DockerImage.CSharp}" : "agentide sandbox build";
}
