using System.Buffers.Binary;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Statistics;

namespace AgentIde.Tasks.Holdouts;

/// <summary>What can be seen of a row's files of one kind without looking at what they show.</summary>
/// <param name="Bytes">All of them together.</param>
/// <param name="Width">Of the first, where it is a PNG or JPEG picture, in pixels; 0 for others.</param>
/// <param name="Form">By the names in the row's folder and the first bytes of the first file, which say what wrote it.</param>
internal sealed record RowFileLook(int Count, long Bytes, int Width, int Height, ulong Form)
{
    private const int FirstBytes = 4;

    /// <summary>A JPEG's size stands behind what the camera wrote.</summary>
    private const int LongestHead = 1 << 17;

    private const byte Marker = 0xFF;

    public static RowFileLook Of(string[] paths, string[] names)
    {
        if (paths.Length == 0)
        {
            return new RowFileLook(0, 0, 0, 0, 0);
        }

        using FileStream file = File.OpenRead(paths[0]);
        byte[] head = new byte[Math.Min(LongestHead, file.Length)];
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        (int width, int height) = PictureSize(head);
        return new RowFileLook(paths.Length, paths.Sum(path => new FileInfo(path).Length), width, height, TextHash.Of(Convert.ToHexString(head.AsSpan()[..Math.Min(FirstBytes, head.Length)]) + string.Join('\n', names)));
    }

    /// <summary>0 × 0 for what is no PNG or JPEG.</summary>
    internal static (int Width, int Height) PictureSize(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 24 && head[0] == 0x89 && head[1..].StartsWith("PNG"u8))
        {
            return (BinaryPrimitives.ReadInt32BigEndian(head[16..]), BinaryPrimitives.ReadInt32BigEndian(head[20..]));
        }

        if (head.Length < 4 || head[0] != Marker || head[1] != 0xD8)
        {
            return (0, 0);
        }

        for (int at = 2; at + 9 < head.Length && head[at] == Marker;)
        {
            // Start of a frame: C0 to CF, but for tables (C4, C8, CC).
            if (head[at + 1] is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return (BinaryPrimitives.ReadUInt16BigEndian(head[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(head[(at + 5)..]));
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(head[(at + 2)..]);
        }

        return (0, 0);
    }
}
