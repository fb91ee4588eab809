using System.IO.Compression;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>The task diamonds with a tenth of its rows to learn from, where a test is about a run and not about what it reaches.</summary>
internal static class FewDiamonds
{
    private const int TrainRows = 4_000;

    /// <summary>Writes the task folder and returns its path.</summary>
    public static string Create(string folder)
    {
        string whole = Repository.PathOf("tasks", "diamonds");
        foreach (string file in Directory.EnumerateFiles(whole, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(whole, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        string packed = Path.Combine(folder, "public", "train.csv.gz");
        using (StreamReader reader = new(new GZipStream(File.OpenRead(packed), CompressionMode.Decompress)))
        using (StreamWriter writer = new(Path.Combine(folder, "public", "train.csv")))
        {
            for (int line = 0; line <= TrainRows && reader.ReadLine() is { } text; line++)
            {
                writer.WriteLine(text);
            }
        }

        File.Delete(packed);
        return folder;
    }
}
