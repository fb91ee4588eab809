using System.Net.Http.Headers;

namespace AgentIde.GitHub;

/// <summary>Says of what Octokit sends that it is JSON, as GitHub's description of its API has it: Octokit calls it a form's.</summary>
internal sealed class JsonRequests(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
        {
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        }

        return base.SendAsync(request, cancellationToken);
    }
}
