using System.Text;
using Microsoft.ML.Tokenizers;

namespace AgentIde.Models.Providers;

/// <summary>
/// Counts tokens before anything is sent. With OpenAI's tokenizer for OpenAI's models; with twice its count for
/// Anthropic's, whose tokenizer is not public and takes up to 1.6 times as many of text in Latin letters (of other letters
/// several times as many, so that such pieces count by their bytes); for all others, and never more than, the
/// bytes of the text in UTF-8: no tokenizer in use makes more tokens than bytes.
/// </summary>
internal sealed class TokenCounter
{
    /// <summary>Roles and borders of messages are tokens too: 3 to 7 for a message at the known providers.</summary>
    private const int PerMessage = 16;

    /// <summary>
    /// A word without an end (a base64 blob) is merged in time that grows with the square of its length, so texts are
    /// counted by pieces; a border can only add tokens.
    /// </summary>
    private const int Piece = 1024;

    /// <summary>Of so many letters that are not ASCII a piece of text is no longer known to be bounded by a multiple.</summary>
    private const int ManyLetters = 16;

    private static readonly Lazy<TiktokenTokenizer> O200k = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));
    private readonly int _factor;

    private TokenCounter(int factor) => _factor = factor;

    public static TokenCounter OpenAi { get; } = new(1);

    public static TokenCounter Anthropic { get; } = new(2);

    public static TokenCounter Bytes { get; } = new(0);

    /// <summary>Reads the tokenizer's table, half a second of work, before somebody waits for it.</summary>
    public void Prepare()
    {
        if (_factor > 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => O200k.Value.CountTokens("ready"), null);
        }
    }

    /// <summary>How many times the true number the count may be.</summary>
    public int Slack => _factor switch { 0 => 8, 1 => 1, _ => 4 };

    /// <returns>An upper bound.</returns>
    public long Of(string text)
    {
        long bytes = Encoding.UTF8.GetByteCount(text);
        if (_factor == 0)
        {
            return bytes;
        }
        long tokens = 0;
        for (int start = 0; start < text.Length; start += Piece)
        {
            ReadOnlySpan<char> piece = text.AsSpan(start, Math.Min(Piece, text.Length - start));
            int most = Encoding.UTF8.GetByteCount(piece);
            tokens += _factor > 1 && most - piece.Length > ManyLetters ? most : Math.Min(most, O200k.Value.CountTokens(piece) * _factor);
        }
        return Math.Min(bytes, tokens);
    }

    /// <returns>An upper bound of all that is sent.</returns>
    public long Of(ModelRequest request)
    {
        long form = request.Form is { } wanted ? Encoding.UTF8.GetByteCount(FormSchema.Of(wanted).GetRawText()) + Overhead(wanted) : 0;
        return TextOf(request) + ((request.Messages.Length + 2) * PerMessage) + form;
    }

    /// <returns>The same for its texts alone.</returns>
    public long TextOf(ModelRequest request) => Of(request.System) + request.Messages.Sum(message => Of(message.Text));

    /// <summary>A provider tells the model of a tool by some hundred tokens of its own.</summary>
    private static int Overhead(AnswerForm form) => 600 + form.Name.Length;
}
