namespace AgentIde.Core.Runs;

/// <summary>What a model has said in a call that is under way, for those who look on. Gone with the end of the call, whose event has the whole of it.</summary>
/// <param name="Thinking">The end of its reasoning.</param>
/// <param name="Text">The end of its answer.</param>
/// <param name="Characters">Of all that it has said.</param>
public sealed record CallSoFar(string Thinking, string Text, long Characters)
{
    private const int Kept = 8_000;

    public static CallSoFar Nothing { get; } = new("", "", 0);

    /// <summary>About as many as it has said: four characters are one.</summary>
    public long Tokens => (Characters + 3) / 4;

    /// <summary>It has begun to answer.</summary>
    public bool IsAnswering => Text.Length > 0;

    /// <summary>The words that it said last, on one line of at most this many characters.</summary>
    public string LastWords(int characters)
    {
        string said = IsAnswering ? Text : Thinking;
        string line = string.Join(' ', said[Math.Max(0, said.Length - (4 * characters))..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= characters)
        {
            return line;
        }

        int start = line.Length - characters + 1;
        int word = line.IndexOf(' ', start - 1);
        return "…" + line[(word >= 0 && word < line.Length - (characters / 2) ? word + 1 : char.IsLowSurrogate(line[start]) ? start + 1 : start)..];
    }

    internal CallSoFar With(CallWritten written) => new(End(Thinking + written.Thinking), End(Text + written.Text), written.Characters);

    private static string End(string all) => all.Length <= Kept ? all : all[^Kept..];
}
