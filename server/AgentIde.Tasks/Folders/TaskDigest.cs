using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Tasks.Folders;

/// <summary>SHA-256 over task.yaml and every public file, with their paths and lengths, in ordinal order of the paths.</summary>
internal static class TaskDigest
{
    /// <summary>What it is of, by the paths within the task.</summary>
    public static IEnumerable<string> Files(TaskPaths paths) =>
        paths.FilesBeneath(TaskFiles.PublicFolder).Select(file => $"{TaskFiles.PublicFolder}/{file}").Prepend(TaskYaml.FileName);

    public static Digest Of(TaskPaths paths, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[1 << 16];
        foreach (string file in Files(paths))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using FileStream bytes = File.OpenRead(paths.Resolve(file, file));
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file}\0{bytes.Length}\0")));
            for (int got; (got = bytes.Read(block)) > 0;)
            {
                hash.AppendData(block, 0, got);
            }
        }

        return Digest.Parse(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
