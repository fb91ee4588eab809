namespace AgentIde.Storage.Chats;

/// <summary>The files of one question: what is asked, who is at it with the pieces of its answer, and the answer.</summary>
internal sealed record ChatFiles(string Folder, int Call)
{
    public const int LargestText = 16 << 20;

    /// <summary>Locked by the process that asks, for as long as it wants to know.</summary>
    public string Question => In("question");

    /// <summary>
    /// Locked by the server that had it answered: a line each, first who that is, then the pieces, each as JSON. One that
    /// holds a line and that nobody locks is of a server that died or gave up, and nobody claims the question again.
    /// </summary>
    public string Claim => In("claim");

    public string Answer => In("answer");

    public static IEnumerable<ChatFiles> Of(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.question")
            .Select(path => int.TryParse(Path.GetFileNameWithoutExtension(path), out int call) ? call : 0)
            .Where(call => call > 0)
            .Order()
            .Select(call => new ChatFiles(folder, call))
        : [];

    public void Remove()
    {
        if (!Directory.Exists(Folder))
        {
            return;
        }

        // The question goes first: without it the others are nobody's.
        foreach (string path in (ReadOnlySpan<string>)[Question, Claim, Answer])
        {
            File.Delete(path);
        }
    }

    private string In(string kind) => Path.Combine(Folder, FormattableString.Invariant($"{Call}.{kind}"));
}
