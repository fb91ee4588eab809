using System.Collections.Immutable;

namespace AgentIde.Tasks.Csv;

/// <summary>Lines of CSV as bytes, to be put together again and again.</summary>
internal static class CsvLines
{
    /// <summary>Each row's line, with its end.</summary>
    public static byte[][] Of(IEnumerable<ImmutableArray<string>> rows)
    {
        List<byte[]> lines = [];
        using MemoryStream output = new();
        using CsvWriter writer = new(output);
        foreach (ImmutableArray<string> row in rows)
        {
            writer.Row(row);
            writer.Flush();
            lines.Add(output.ToArray());
            output.SetLength(0);
        }

        return [.. lines];
    }

    public static byte[] Join(byte[] header, byte[][] lines, int[] rows)
    {
        byte[] all = new byte[header.Length + rows.Sum(row => lines[row].Length)];
        header.CopyTo(all, 0);
        int at = header.Length;
        foreach (int row in rows)
        {
            lines[row].CopyTo(all, at);
            at += lines[row].Length;
        }

        return all;
    }
}
