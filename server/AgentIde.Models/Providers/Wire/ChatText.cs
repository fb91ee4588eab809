using System.Text;
using System.Text.Json;

namespace AgentIde.Models.Providers.Wire;

/// <summary>
/// Has a chat completion put into OpenAI's own form (<see cref="ChatAnswer"/>), one event of a stream at a time, or at its
/// end where it is one document. What is no JSON passes unchanged: the reader after this one tells. Where the server says
/// that there will be no answer, nothing more comes out.
/// </summary>
internal sealed class ChatText
{
    private readonly StringBuilder _line = new();
    private readonly StringBuilder _raw = new();
    private readonly StringBuilder _data = new();
    private bool? _isWhole;
    private bool _hasAnswer;

    /// <summary>What the server said in the place of an answer, or of the rest of it; its status is 0.</summary>
    public Refusal? Trouble { get; private set; }

    /// <summary>Nothing of an answer came before <see cref="Trouble"/>.</summary>
    public bool IsAllTrouble => Trouble is not null && !_hasAnswer;

    public void Push(string text, StringBuilder output)
    {
        _isWhole ??= text.AsSpan().TrimStart() is { Length: > 0 } begun ? begun[0] is '{' or '[' : null;
        if (_isWhole != false)
        {
            _raw.Append(text);
            return;
        }
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start);
            if (end < 0)
            {
                _line.Append(text, start, text.Length - start);
                return;
            }
            _line.Append(text, start, end - start);
            EndLine("\n", output);
            start = end + 1;
        }
    }

    /// <summary>What was held back; an event without an end counts where it is whole.</summary>
    public void End(StringBuilder output)
    {
        if (_isWhole == false && _line.Length > 0)
        {
            EndLine("", output);
        }
        if (_isWhole == false)
        {
            EndEvent(output);
        }
        else
        {
            Put(_raw.ToString(), isPiece: false, output);
        }
    }

    private void EndLine(string lineEnd, StringBuilder output)
    {
        string line = _line.ToString();
        _line.Clear();
        _raw.Append(line).Append(lineEnd);
        string text = line.TrimEnd('\r');
        if (text.Length == 0)
        {
            EndEvent(output);
        }
        else if (text.StartsWith("data:", StringComparison.Ordinal))
        {
            _data.Append(_data.Length > 0 ? "\n" : "").Append(text, "data:".Length, text.Length - "data:".Length);
        }
    }

    private void EndEvent(StringBuilder output)
    {
        string data = _data.ToString();
        if (data.AsSpan().TrimStart() is ['{' or '[', ..])
        {
            Put(data, isPiece: true, output);
        }
        else
        {
            Pass(_raw.ToString(), output);
        }
        _raw.Clear();
        _data.Clear();
    }

    private void Put(string json, bool isPiece, StringBuilder output)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            ChatAnswer answer = ChatAnswer.Of(document.RootElement, isPiece);
            if (answer.Trouble is not null)
            {
                Trouble ??= answer.Trouble;
                return;
            }
            Pass(answer.Json is null ? _raw.ToString() : isPiece ? $"data: {answer.Json}\n\n" : answer.Json, output);
            _hasAnswer |= answer.HasChoice;
        }
        catch (JsonException)
        {
            Pass(_raw.ToString(), output);
        }
    }

    private void Pass(string text, StringBuilder output)
    {
        if (Trouble is null)
        {
            output.Append(text);
        }
    }
}
