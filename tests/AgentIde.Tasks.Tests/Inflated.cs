using System.IO.Compression;

namespace AgentIde.Tasks.Tests;

internal static class Inflated
{
    /// <summary>A file's bytes, gunzipped where its name says so.</summary>
    public static byte[] Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using Stream bytes = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using MemoryStream copy = new();
        bytes.CopyTo(copy);
        return copy.ToArray();
    }
}
