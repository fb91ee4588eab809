using System.Text;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests;

public sealed class OutputTests
{
    [Fact]
    public async Task Standard_output_and_error_come_in_the_order_they_were_written()
    {
        using Workbench bench = new();
        ExecutionResult result = await bench.RunAsync("import os\nfor i in range(200): os.write(1 + i % 2, b'%d\\n' % i)");
        result.Text().ShouldBe(string.Concat(Enumerable.Range(0, 200).Select(i => $"{i}\n")));
    }

    [Fact]
    public async Task Pieces_come_while_the_candidate_runs()
    {
        using Workbench bench = new();
        using CancellationTokenSource source = new();
        StringBuilder heard = new();
        // Only the first piece, heard live, ends this candidate.
        ExecutionResult result = await bench.RunAsync("print('first')\nimport time; time.sleep(60)", output: piece =>
        {
            heard.Append(Encoding.UTF8.GetString(piece.Span));
            source.Cancel();
        }, cancellationToken: source.Token);
        heard.ToString().ShouldStartWith("first");
        result.Ending.ShouldBe(Ending.Cancelled);
    }

    [Fact]
    public async Task Of_a_long_output_the_head_and_the_tail_are_kept_and_all_of_it_is_counted()
    {
        using Workbench bench = new();
        ExecutionResult result = await bench.RunAsync("import sys\nsys.stdout.write('begin' + 'x' * (5 << 20) + 'end')");
        result.OutputBytes.ShouldBe((5 << 20) + 8);
        result.Text().ShouldStartWith("beginxxx");
        result.Text().ShouldEndWith("xxxend");
        result.Text().ShouldContain($"\n… {(5 << 20) + 8 - OutputBuffer.HeadBytes - OutputBuffer.TailBytes:N0} bytes left out …\n");
    }

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
