using System.Text;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Models.Keys;

/// <summary>
/// A sandbox whose candidates can't print a key: a program comes from a model, what it prints is kept, shown and put
/// into the next prompt, and that may go to another provider. What a program writes into its files stays as it is.
/// </summary>
public sealed class DiscreetSandbox(ISandbox inner, Redactor redactor) : ISandbox
{
    public string Engine => inner.Engine;

    public Task<SandboxReport> ProbeAsync(CancellationToken cancellationToken) => inner.ProbeAsync(cancellationToken);

    public async Task<ExecutionResult> ExecuteAsync(ExecutionSpec spec, Action<ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        ExecutionResult result = await inner.ExecuteAsync(spec, output is null ? null : new Lines(redactor, output).Write, cancellationToken);
        return result with { Output = Clean(result.Output) };
    }

    /// <summary>The very same bytes where there is nothing to take out: output need not be text.</summary>
    private ReadOnlyMemory<byte> Clean(ReadOnlyMemory<byte> output)
    {
        string text = Encoding.UTF8.GetString(output.Span);
        string clean = redactor.Clean(text);
        return clean == text ? output : Encoding.UTF8.GetBytes(clean);
    }

    /// <summary>Passes on whole lines: a key may come in two pieces.</summary>
    private sealed class Lines(Redactor redactor, Action<ReadOnlyMemory<byte>> output)
    {
        /// <summary>What has no end of a line by then is told at the end of the execution.</summary>
        private const int LongestHeld = 64 << 10;

        private readonly List<byte> _held = [];

        public void Write(ReadOnlyMemory<byte> piece)
        {
            int end = Math.Max(piece.Span.LastIndexOf((byte)'\n'), piece.Span.LastIndexOf((byte)'\r')) + 1;
            if (end == 0)
            {
                if (_held.Count + piece.Length <= LongestHeld)
                {
                    _held.AddRange(piece.Span);
                }
                return;
            }

            _held.AddRange(piece.Span[..end]);
            string text = Encoding.UTF8.GetString([.. _held]);
            _held.Clear();
            _held.AddRange(piece.Span[end..]);
            output(Encoding.UTF8.GetBytes(redactor.Clean(text)));
        }
    }
}
