using System.Collections.Immutable;
using System.Globalization;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.Model;

namespace AgentIde.Core.Review;

/// <summary>What two programs differ in, as lines of a unified difference. Plain lines of the programs: escaped at each border.</summary>
public static class CodeDifference
{
    /// <summary>The lines of the hunks, each hunk after a line <c>@@ -1,4 +1,5 @@</c>; empty where the texts are the same.</summary>
    /// <param name="context">Lines around each change that both have.</param>
    public static ImmutableArray<string> Of(string before, string after, int context = 3)
    {
        string[] older = [.. SourceLines.Of(before.TrimEnd('\n'))], newer = [.. SourceLines.Of(after.TrimEnd('\n'))];
        IList<DiffBlock> blocks = Differ.Instance.CreateDiffs(string.Join('\n', older), string.Join('\n', newer), false, false, new LineChunker()).DiffBlocks;
        ImmutableArray<string>.Builder lines = ImmutableArray.CreateBuilder<string>();
        for (int first = 0; first < blocks.Count;)
        {
            int last = first;
            while (last + 1 < blocks.Count && blocks[last + 1].DeleteStartA - EndOf(blocks[last]) <= 2 * context)
            {
                last++;
            }

            int shared = Math.Min(context, blocks[first].DeleteStartA);
            int start = blocks[first].DeleteStartA - shared, end = Math.Min(EndOf(blocks[last]) + context, older.Length);
            int newStart = blocks[first].InsertStartB - shared;
            int newCount = end - start + Enumerable.Range(first, last - first + 1).Sum(block => blocks[block].InsertCountB - blocks[block].DeleteCountA);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"@@ -{start + 1},{end - start} +{newStart + 1},{newCount} @@"));
            int at = start;
            for (int block = first; block <= last; block++)
            {
                lines.AddRange(older[at..blocks[block].DeleteStartA].Select(line => " " + line));
                lines.AddRange(older[blocks[block].DeleteStartA..EndOf(blocks[block])].Select(line => "-" + line));
                lines.AddRange(newer.Skip(blocks[block].InsertStartB).Take(blocks[block].InsertCountB).Select(line => "+" + line));
                at = EndOf(blocks[block]);
            }

            lines.AddRange(older[at..end].Select(line => " " + line));
            first = last + 1;
        }

        return lines.ToImmutable();
    }

    private static int EndOf(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;
}
