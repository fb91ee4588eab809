using System.Text;

namespace AgentIde.Sandbox.Tests;

public sealed class OutputTests
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(1000, 64)]
    [InlineData(1000, 65)]
    [InlineData(4096, 64)]
    [InlineData(70_000, 5)]
    [InlineData(300_000, 2)]
    public void The_buffer_keeps_the_first_and_the_last_bytes_whatever_the_pieces(int size, int count)
    {
        byte[] all = [.. Enumerable.Range(0, size * count).Select(i => (byte)(i * 31 >> 3))];
        OutputBuffer buffer = new();
        for (int i = 0; i < count; i++)
        {
            buffer.Append(all.AsSpan(i * size, size));
        }

        byte[] kept = buffer.ToArray();
        int limit = OutputBuffer.HeadBytes + OutputBuffer.TailBytes;
        if (all.Length <= limit)
        {
            kept.ShouldBe(all);
            return;
        }

        kept[..OutputBuffer.HeadBytes].ShouldBe(all[..OutputBuffer.HeadBytes]);
        kept[^OutputBuffer.TailBytes..].ShouldBe(all[^OutputBuffer.TailBytes..]);
        Encoding.UTF8.GetString(kept[OutputBuffer.HeadBytes..^OutputBuffer.TailBytes]).ShouldBe($"\n… {all.Length - limit:N0} bytes left out …\n");
    }
}
