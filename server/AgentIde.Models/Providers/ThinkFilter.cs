using System.Text;

namespace AgentIde.Models.Providers;

/// <summary>
/// Parts the thoughts of open models from their answer: <c>&lt;think&gt;…&lt;/think&gt;</c> at the beginning. Without an end all
/// of it is thoughts. An end without a beginning (the server's template wrote the beginning into the prompt) makes thoughts
/// of what stood before it. The words anywhere else are the answer's own.
/// </summary>
internal sealed class ThinkFilter
{
    private static readonly string[] Starts = ["<think>", "<thinking>"];
    private readonly StringBuilder _held = new();
    private string? _end;
    private bool _answering;

    /// <returns>What of it can be told already: a text, and whether it is thoughts.</returns>
    public IEnumerable<(string Text, bool IsThinking)> Push(string text)
    {
        if (_answering)
        {
            return [(text, false)];
        }
        _held.Append(text);
        return _end is null ? Begin() : Think();
    }

    /// <summary>What was held back for a mark that never came.</summary>
    public IEnumerable<(string Text, bool IsThinking)> End()
    {
        string held = _held.ToString();
        _held.Clear();
        return held.Length == 0 ? [] : [(held, _end is not null)];
    }

    /// <summary>For a whole answer whose thoughts have an end and no beginning.</summary>
    public static (string Thinking, string Text) Part(string text)
    {
        foreach (string start in Starts)
        {
            string end = EndOf(start);
            int at = text.IndexOf(end, StringComparison.Ordinal);
            if (at >= 0 && text.IndexOf(start, StringComparison.Ordinal) is var begin && (begin < 0 || begin > at) && IsAlone(text, at, end.Length))
            {
                return (text[..at].Trim(), text[(at + end.Length)..].TrimStart());
            }
        }
        return ("", text);
    }

    /// <summary>A mark of the template stands on a line of its own; one within a line of code is somebody's string.</summary>
    private static bool IsAlone(string text, int at, int length)
    {
        int next = at + length;
        return (at == 0 || text[at - 1] == '\n') && (next == text.Length || text[next] is '\n' or '\r');
    }

    private IEnumerable<(string Text, bool IsThinking)> Begin()
    {
        string held = _held.ToString().TrimStart();
        if (Starts.FirstOrDefault(start => held.StartsWith(start, StringComparison.Ordinal)) is { } found)
        {
            _end = EndOf(found);
            _held.Clear().Append(held[found.Length..].TrimStart('\n', '\r'));
            return Think();
        }
        if (Starts.Any(start => start.StartsWith(held, StringComparison.Ordinal)))
        {
            return [];
        }
        _answering = true;
        return End();
    }

    private IEnumerable<(string Text, bool IsThinking)> Think()
    {
        string end = _end ?? "";
        string held = _held.ToString();
        _held.Clear();
        int at = held.IndexOf(end, StringComparison.Ordinal);
        if (at >= 0)
        {
            _end = null;
            _answering = true;
            string answer = held[(at + end.Length)..];
            return answer.Length > 0 ? [(held[..at], true), (answer, false)] : [(held[..at], true)];
        }
        int kept = Enumerable.Range(1, Math.Min(end.Length - 1, held.Length)).LastOrDefault(length => held.EndsWith(end[..length], StringComparison.Ordinal));
        _held.Append(held[^kept..]);
        return kept == held.Length ? [] : [(held[..^kept], true)];
    }

    private static string EndOf(string start) => "</" + start[1..];
}
