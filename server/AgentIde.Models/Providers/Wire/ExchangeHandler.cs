using System.Net;

namespace AgentIde.Models.Providers.Wire;

/// <summary>
/// One attempt on the wire. What is no answer becomes an exception before any client library sees it, so that each
/// protocol's failures read the same; what is one is watched and cleaned.
/// </summary>
/// <param name="first">How long the head of the answer may take, and then the first piece of its body.</param>
/// <param name="idle">How long nothing may come of its body.</param>
/// <param name="isChat">Whether its answers are chat completions, of which each server has its own form.</param>
internal sealed class ExchangeHandler(HttpMessageHandler inner, TimeSpan first, TimeSpan idle, bool isChat, TimeProvider clock) : DelegatingHandler(inner)
{
    private const int MostBytesOfRefusal = 64 * 1024;

    /// <summary>The body of the answer; null until its head has come.</summary>
    public WireStream? Body { get; private set; }

    /// <summary>The answer said to be a stream of events.</summary>
    public bool Streamed { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await HeadAsync(request, cancellationToken);
        int status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
        {
            string where = response.Headers.Location is { IsAbsoluteUri: true } address ? Keys.Origin.Of(address).ToString() : "another address";
            response.Dispose();
            throw new WireException(WireTrouble.Redirected, $"it redirects to {where} ({status})");
        }
        var body = new WireStream(await response.Content.ReadAsStreamAsync(cancellationToken), first, idle, clock);
        if (status is < 200 or >= 300)
        {
            using (response)
            {
                string text = await BeginningAsync(body, cancellationToken);
                throw new RefusedException(RefusalReader.Read(status, text, RetryAfter.Read(response.Headers, status, clock.GetUtcNow()) ?? (status is 429 or 503 ? RetryAfter.Read(text) : null)));
            }
        }
        if (response.Content.Headers.ContentType?.MediaType is { } type && type.Contains("html", StringComparison.OrdinalIgnoreCase))
        {
            response.Dispose();
            throw new WireException(WireTrouble.Malformed, "a web page came instead of an answer");
        }
        body.Chat = isChat ? new ChatText() : null;
        Body = body;
        Streamed = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        var content = new StreamContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", response.Content.Headers.ContentType?.ToString());
        response.Content = content;
        return response;
    }

    private async Task<HttpResponseMessage> HeadAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(first, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await base.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw problem.InnerException is TimeoutException && !timer.IsCancellationRequested
                ? new WireException(WireTrouble.Unreachable, "it does not take the connection", problem)
                : new WireException(WireTrouble.TimedOut, $"no answer began within {first.TotalSeconds:0.#} s", problem);
        }
        catch (HttpRequestException problem)
        {
            throw Told(problem);
        }
    }

    /// <summary>Whether the request may have reached anybody: only what failed before it could be sent did not.</summary>
    private static WireException Told(HttpRequestException problem) => problem.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new(WireTrouble.Unreachable, "its name is not known", problem),
        HttpRequestError.ConnectionError => new(WireTrouble.Unreachable, "it does not take the connection", problem),
        HttpRequestError.SecureConnectionError => new(WireTrouble.Unreachable, "no secure connection comes about; its certificate may not be trusted here", problem),
        HttpRequestError.ProxyTunnelError => new(WireTrouble.Unreachable, "the proxy does not let it through", problem),
        HttpRequestError.InvalidResponse => new(WireTrouble.Malformed, "what came is not HTTP", problem),
        _ => new(WireTrouble.Cut, "the connection broke off before an answer", problem),
    };

    private static async Task<string> BeginningAsync(Stream body, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[MostBytesOfRefusal];
        int length = 0;
        try
        {
            int count;
            while (length < bytes.Length && (count = await body.ReadAsync(bytes.AsMemory(length), cancellationToken)) > 0)
            {
                length += count;
            }
        }
        catch (WireException)
        {
            // The status says what counts; its explanation may be cut.
        }
        return System.Text.Encoding.UTF8.GetString(bytes, 0, length);
    }
}
