namespace AgentIde.Testing;

/// <summary>Files that AIDE could have left, to import: small ones of our own, and real ones where the machine has them.</summary>
public static class ImportedFiles
{
    /// <summary>Five nodes: a draft, one that fails and is mended, one whose metric is NaN, one that takes too long.</summary>
    public static string Journal { get; } = Own("ripe.journal.json");

    /// <summary>Eight exchanges that make four nodes; of the last nothing is known.</summary>
    public static string Log { get; } = Own("ripe.jsonl");

    /// <summary>Our own journal, and the recorded one of 20 nodes.</summary>
    public static IReadOnlyList<string> Journals { get; } = [Journal, .. Recorded("aide-house-prices.journal.json")];

    /// <summary>Our own log, and the recorded one of 25 exchanges.</summary>
    public static IReadOnlyList<string> Logs { get; } = [Log, .. Recorded("aide-dog-breed.jsonl")];

    private static string Own(string name) => Repository.PathOf("tests", "AgentIde.Import.Tests", "Aide", "Fixtures", name);

    /// <summary>Beside the repository or above it, where the machine has such files.</summary>
    private static IEnumerable<string> Recorded(string name)
    {
        for (DirectoryInfo? folder = new(Repository.Root); folder is not null; folder = folder.Parent)
        {
            string file = Path.Combine(folder.FullName, "shared", "transcripts", name);
            if (File.Exists(file))
            {
                return [file];
            }
        }

        return [];
    }
}
