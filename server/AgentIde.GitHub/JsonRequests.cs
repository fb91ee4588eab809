using System.Net.Http.Headers;

namespace AgentIde.GitHub;

/// <summary>Says of what Octokit sends that it is JSON, as GitHub's description of its API has it: Octokit calls it a form's.</summary>
/// <param name="tell">Hears what a classic token may do, each time that an answer says it.</param>
internal sealed class JsonRequests(HttpMessageHandler inner, Action<string> tell) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
        {
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        }

        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.Headers.TryGetValues("X-OAuth-Scopes", out IEnumerable<string>? scopes))
        {
            tell(string.Join(", ", scopes));
        }

        return response;
    }
}
