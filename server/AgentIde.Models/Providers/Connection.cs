using AgentIde.Models.Keys;
using AgentIde.Models.Providers.Wire;

namespace AgentIde.Models.Providers;

/// <summary>The way to one origin, with its key, its limits of time, and nothing that follows redirects, keeps cookies or repeats.</summary>
internal sealed class Connection : IDisposable
{
    private readonly SocketsHttpHandler _sockets;
    private readonly KeyHandler _keyed;
    private readonly TimeLimits _limits;
    private readonly TimeProvider _clock;

    public Connection(Origin origin, bool isOwnOrigin, Secret? key, KeyHeader header, TimeLimits limits, TimeProvider clock)
    {
        Origin = origin;
        IsOwnOrigin = isOwnOrigin;
        HasKey = key is not null;
        _limits = limits;
        _clock = clock;
        _sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy sees nothing of https; http stays in this network, and a key in it with it.
            UseProxy = origin.Scheme == "https",
            ConnectTimeout = limits.Connect,
            // A connection that is used again may die under a request, which would then be sent a second time unasked.
            PooledConnectionLifetime = TimeSpan.Zero,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            ActivityHeadersPropagator = null,
        };
        _keyed = new KeyHandler(origin, key, header, _sockets);
    }

    public Origin Origin { get; }

    /// <summary>It is the provider's own address, not another server of its protocol.</summary>
    public bool IsOwnOrigin { get; }

    public bool HasKey { get; }

    public TimeSpan Total => _limits.Total;

    /// <param name="streams">The head of the answer comes before the answer is done.</param>
    /// <param name="isChat">Its answers are chat completions.</param>
    public Attempt Begin(bool streams, bool isChat, CancellationToken cancellationToken) => new(this, streams ? _limits.First : _limits.Total, isChat, cancellationToken);

    public void Dispose() => _keyed.Dispose();

    /// <summary>One request and its answer.</summary>
    internal sealed class Attempt : IDisposable
    {
        private readonly CancellationTokenSource _timer;
        private readonly CancellationTokenSource _either;
        private readonly ExchangeHandler _exchange;

        public Attempt(Connection connection, TimeSpan first, bool isChat, CancellationToken cancellationToken)
        {
            _timer = new CancellationTokenSource(connection.Total, connection._clock);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellationToken);
            _exchange = new ExchangeHandler(connection._keyed, first, connection._limits.Idle, isChat, connection._clock);
            // The handlers below outlive the attempt.
            Http = new HttpClient(_exchange, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        }

        public HttpClient Http { get; }

        public CancellationToken Token => _either.Token;

        /// <summary>The head of an answer has come, and it is a success.</summary>
        public bool HasAnswer => _exchange.Body is not null;

        /// <summary>The answer has the mark that ends a stream of chat completions.</summary>
        public bool HasEnded => _exchange.Body?.Tail.TrimEnd().EndsWith("[DONE]", StringComparison.Ordinal) ?? false;

        /// <summary>The answer is one document where a stream was asked for.</summary>
        public bool IsJson => _exchange.Body?.Tail.TrimEnd().EndsWith('}') is true && !_exchange.Streamed;

        public void Dispose()
        {
            Http.Dispose();
            _either.Dispose();
            _timer.Dispose();
        }
    }
}
