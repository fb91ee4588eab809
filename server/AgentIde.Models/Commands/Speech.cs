using System.Text;
using AgentIde.Core.Engineering;

namespace AgentIde.Models.Commands;

/// <summary>Reads what a program says and puts it into words for people: short, on one line, without keys.</summary>
/// <param name="title">What people know the program by.</param>
/// <param name="hear">Gets a node's number and a thought; null where nobody listens.</param>
internal sealed class Speech(string title, Func<string, string> redact, Action<int, string>? hear)
{
    private const int LongestThought = 4_000;
    private const int LongestExcerpt = 200;

    /// <summary>Thoughts are told on the way.</summary>
    /// <exception cref="EngineerException">Not of the protocol, or an error that the program reports.</exception>
    public ProgramLine Read(byte[] bytes, int node)
    {
        ProgramLine line;
        try
        {
            line = ProgramLine.Parse(bytes);
        }
        catch (FormatException problem)
        {
            throw new EngineerException(
                $"The engineer {title} wrote a line that is not of the protocol ({problem.Message}): {Excerpt(bytes)}. Standard output is for answers; print all else to standard error.", problem);
        }

        if (line.Error is { } error)
        {
            throw new EngineerException($"The engineer {title} reports: {OneLine(error, LongestThought)}");
        }

        if (line.Thought is { } thought)
        {
            Tell(node, thought);
        }

        return line;
    }

    public void Tell(int node, string thought) => hear?.Invoke(node, Cut(redact(thought), LongestThought));

    /// <summary>Redacted before it is cut: half a key is none that a redactor knows.</summary>
    public string OneLine(string text, int length)
    {
        string clean = string.Concat(redact(text).Select(character => char.IsControl(character) ? ' ' : character)).Trim();
        return Cut(clean, length);
    }

    private static string Cut(string text, int length) => text.Length > length ? $"{text[..length]}…" : text;

    private string Excerpt(byte[] line) => $"\"{OneLine(Encoding.UTF8.GetString(line.AsSpan(0, Math.Min(line.Length, 4 * LongestExcerpt))), LongestExcerpt)}\"";
}
