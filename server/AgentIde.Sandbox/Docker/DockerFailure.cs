using System.Net;
using System.Text.Json;
using AgentIde.Core.Sandboxes;
using Docker.DotNet;

namespace AgentIde.Sandbox.Docker;

/// <summary>Says in one line why Docker can't be used, and what helps.</summary>
internal static class DockerFailure
{
    internal static SandboxException Explain(DockerApiException error, string image) => error.StatusCode == HttpStatusCode.NotFound
        ? MissingImage(image)
        : new SandboxException($"Docker refused: {Message(error)}", error);

    internal static SandboxException MissingImage(string image) => new($"Docker has no image {image}: agentide sandbox build makes it.");

    internal static SandboxException Unreachable(Uri endpoint, Exception error) => new(
        error is UnauthorizedAccessException || error.InnerException?.Message.Contains("Permission denied", StringComparison.Ordinal) == true
            ? $"{endpoint.AbsolutePath} may not be used by {Environment.UserName}: join the group docker, or set DOCKER_HOST to an engine of your own."
            : $"Docker does not answer at {endpoint.AbsolutePath}: install it (apt-get install docker.io), start it, or name its socket in DOCKER_HOST.",
        error);

    private static string Message(DockerApiException error)
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
}
