using AgentIde.Models.Keys;

namespace AgentIde.Models.Providers.Wire;

/// <summary>How a provider wants to be shown a key.</summary>
internal enum KeyHeader
{
    /// <summary><c>Authorization: Bearer</c>.</summary>
    Bearer,
    /// <summary><c>x-api-key</c>.</summary>
    ApiKey,
    /// <summary>Both: servers of Anthropic's protocol that are not Anthropic look for one or the other.</summary>
    Both,
}

/// <summary>
/// The one place where a key is put on a request, and only on one to the origin that it is bound to: what goes anywhere
/// else does not leave. Keys that somebody else has put there are taken off.
/// </summary>
internal sealed class KeyHandler(Origin origin, Secret? key, KeyHeader header, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { } address || Origin.Of(address) != origin)
        {
            throw new InvalidOperationException($"A request for {origin} was about to go elsewhere.");
        }
        request.Headers.Remove("Authorization");
        request.Headers.Remove("x-api-key");
        request.Headers.Remove("api-key");
        if (request.Headers.UserAgent.Count == 0)
        {
            // Gateways turn away those who do not say what they are.
            request.Headers.TryAddWithoutValidation("User-Agent", "agentide");
        }
        if (key is not null)
        {
            if (header != KeyHeader.Bearer)
            {
                request.Headers.TryAddWithoutValidation("x-api-key", key.Reveal());
            }
            if (header != KeyHeader.ApiKey)
            {
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key.Reveal());
            }
        }
        return base.SendAsync(request, cancellationToken);
    }
}
