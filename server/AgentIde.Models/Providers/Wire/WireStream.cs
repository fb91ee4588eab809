using System.Text;

namespace AgentIde.Models.Providers.Wire;

/// <summary>
/// The body of an answer, cleaned by <see cref="WireText"/>, with a limit on how long nothing may come and on how much
/// may. Knows at the end how it ended. Of chat completions what is read is put into one form.
/// </summary>
internal sealed class WireStream(Stream inner, TimeSpan first, TimeSpan idle, TimeProvider clock) : Stream
{
    private const long MostBytes = 64 << 20;
    private readonly Decoder _decoder = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();
    private readonly WireText _cleaner = new();
    private readonly byte[] _bytes = new byte[16 * 1024];
    private readonly char[] _letters = new char[(16 * 1024) + 8];
    private readonly StringBuilder _cleaned = new();
    private readonly StringBuilder _formed = new();
    private ReadOnlyMemory<byte> _ready;
    private bool _ended;
    private long _count;

    /// <summary>The last characters, for a protocol that marks its end.</summary>
    public string Tail { get; private set; } = "";

    /// <summary>Set for an answer by chat completions, before anything is read.</summary>
    public ChatText? Chat { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_ready.IsEmpty && !_ended && Chat?.Trouble is null)
        {
            int count = await ReceiveAsync(cancellationToken);
            _ended = count == 0;
            _count += count;
            if (_count > MostBytes)
            {
                throw new WireException(WireTrouble.Malformed, $"the answer is larger than {MostBytes >> 20} MB");
            }
            int letters = _decoder.GetChars(_bytes.AsSpan(0, count), _letters, flush: _ended);
            _cleaner.Push(_letters.AsSpan(0, letters), _cleaned);
            if (_ended)
            {
                _cleaner.End(_cleaned);
            }
            Take();
        }
        if (_ready.IsEmpty && Chat is { Trouble: { } trouble })
        {
            throw new TroubleException(trouble, Chat.IsAllTrouble);
        }
        int taken = Math.Min(buffer.Length, _ready.Length);
        _ready[..taken].CopyTo(buffer);
        _ready = _ready[taken..];
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nothing here blocks.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Take()
    {
        string text = _cleaned.ToString();
        _cleaned.Clear();
        string tail = Tail + text;
        Tail = tail.Length > 64 ? tail[^64..] : tail;
        if (Chat is not null)
        {
            Chat.Push(text, _formed);
            if (_ended)
            {
                Chat.End(_formed);
            }
            text = _formed.ToString();
            _formed.Clear();
        }
        _ready = Encoding.UTF8.GetBytes(text);
    }

    private async Task<int> ReceiveAsync(CancellationToken cancellationToken)
    {
        TimeSpan patience = _count == 0 ? first : idle;
        using var timer = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await inner.ReadAsync(_bytes, either.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new WireException(WireTrouble.TimedOut, $"nothing came for {patience.TotalSeconds:0.#} s");
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException)
        {
            throw new WireException(WireTrouble.Cut, "the connection broke off in the middle of the answer", problem);
        }
    }
}
