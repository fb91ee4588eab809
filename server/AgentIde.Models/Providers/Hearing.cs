using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Providers;

/// <summary>Gathers one answer while it comes, and knows at any moment what it has come to.</summary>
internal sealed class Hearing(TokenCounter counter, Action<ModelPiece>? pieces, bool partsThoughts)
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _thinking = new();
    private readonly ThinkFilter? _filter = partsThoughts ? new ThinkFilter() : null;
    private TokenUsage? _reported;
    private bool _isWhole = true;

    /// <summary>Tokens of the prompt, as the provider counts them; null where it does not say.</summary>
    public long? ReportedInput => _reported?.Input;

    public string Model { get; private set; } = "";

    public StopReason? Stop { get; private set; }

    /// <summary>Something of the answer has come.</summary>
    public bool HasBegun => _text.Length > 0 || _thinking.Length > 0;

    /// <summary>Characters of text and thoughts so far.</summary>
    public long Length => _text.Length + _thinking.Length;

    public void Hear(Heard heard)
    {
        switch (heard)
        {
            case Heard.Text text when _filter is not null && Stop != StopReason.Refused:
                AddAll(_filter.Push(text.Value));
                break;
            case Heard.Text text:
                Add(text.Value, isThinking: false);
                break;
            case Heard.Thinking thinking:
                Add(thinking.Value, isThinking: true);
                break;
            case Heard.Usage usage:
                (_reported, _isWhole) = usage;
                break;
            case Heard.Model { Name.Length: > 0 } model:
                Model = model.Name;
                break;
            case Heard.Stop stop when Stop != StopReason.Refused:
                Stop = stop.Reason;
                break;
        }
    }

    public (string Text, string Thinking) End()
    {
        if (_filter is not null)
        {
            AddAll(_filter.End());
        }
        string text = WellFormed.Text(_text.ToString());
        string thinking = WellFormed.Text(_thinking.ToString());
        if (_filter is not null && thinking.Length == 0)
        {
            (thinking, text) = ThinkFilter.Part(text);
        }
        return (text.Trim('\uFEFF'), thinking.Trim());
    }

    /// <summary>What it has come to as far as anybody here can tell.</summary>
    public TokenUsage Usage(ModelRequest request, TokenUsage maximum, bool hidesThinking)
    {
        long thinking = counter.Of(_thinking.ToString());
        long seen = counter.Of(_text.ToString()) + thinking;
        TokenUsage usage = UsageSense.Of(_reported, maximum, counter.TextOf(request), seen, thinking, hidesThinking, counter.Slack);
        return _isWhole ? usage : usage with { Output = Math.Max(usage.Output, hidesThinking || seen == 0 ? maximum.Output : seen) };
    }

    private void AddAll(IEnumerable<(string Text, bool IsThinking)> parts)
    {
        foreach ((string text, bool isThinking) in parts)
        {
            Add(text, isThinking);
        }
    }

    private void Add(string text, bool isThinking)
    {
        if (text.Length > 0)
        {
            (isThinking ? _thinking : _text).Append(text);
            pieces?.Invoke(new ModelPiece(text, isThinking));
        }
    }
}
