using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.Storage.Files;

namespace AgentIde.Storage.Reading;

/// <summary>Read-only documents of nodes, as real files that any editor, diff tool or debugger can open.</summary>
internal static class NodeViews
{
    private const int LongestName = 80;
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes it unless the very same bytes are there already, so that an editor that has it open is not disturbed.</summary>
    public static string Write(RunFolder run, int node, string fileName, ReadOnlySpan<byte> bytes)
    {
        if (node < 1 || !IsPlain(fileName))
        {
            throw new RunStoreException($"'{fileName}' of node {node} can't be the name of a document: letters, digits, '.', '-' and '_' only, and no dot in front.");
        }

        string folder = Path.Combine(run.View, node.ToString(CultureInfo.InvariantCulture));
        PrivateFiles.MakeFolder(run.View);
        PrivateFiles.MakeFolder(folder);
        string path = Path.Combine(folder, fileName);
        if (!IsThere(path, bytes))
        {
            // A debugger's stack has twenty of them: a disk is not waited for, since what is not the same is written anew.
            PrivateFiles.Replace(path, bytes, ReadOnly, sync: false);
        }

        return path;
    }

    private static bool IsThere(string path, ReadOnlySpan<byte> bytes)
    {
        FileInfo file = new(path);
        return file.Exists && file.LinkTarget is null && file.Length == bytes.Length
            && (PrivateFiles.ReadSmall(path, bytes.Length) ?? []).AsSpan().SequenceEqual(bytes);
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= LongestName && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
