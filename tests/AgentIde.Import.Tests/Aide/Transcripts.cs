using AgentIde.Testing;

namespace AgentIde.Import.Tests.Aide;

/// <summary>Files to import: small ones of our own, and real ones where the machine has them.</summary>
internal static class Transcripts
{
    public const string Journal = "ripe.journal.json";
    public const string Log = "ripe.jsonl";

    public static string Own(string name) => Repository.PathOf("tests", "AgentIde.Import.Tests", "Aide", "Fixtures", name);

    /// <summary>One of our own, and the recorded one where it is there.</summary>
    public static TheoryData<string> With(string own, string recorded)
    {
        TheoryData<string> files = [Own(own)];
        for (DirectoryInfo? folder = new(Repository.Root); folder is not null; folder = folder.Parent)
        {
            string file = Path.Combine(folder.FullName, "shared", "transcripts", recorded);
            if (File.Exists(file))
            {
                files.Add(file);
                break;
            }
        }

        return files;
    }
}
