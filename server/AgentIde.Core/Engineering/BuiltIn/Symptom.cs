using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>How a program failed. All of it but the kind is the program's own, untrusted text: it is searched, never shown whole.</summary>
/// <param name="Block">The block in which it failed; null where no line is known.</param>
/// <param name="Output">The tail of what it printed.</param>
internal sealed record Symptom(FailureKind Kind, string Message, string? Block, string Output)
{
    public const int OutputKept = 8_000;

    public bool Says(params ReadOnlySpan<string> phrases)
    {
        foreach (string phrase in phrases)
        {
            if (Message.Contains(phrase, StringComparison.OrdinalIgnoreCase) || Output.Contains(phrase, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    public static Symptom Of(Node node, string output)
    {
        Failure failure = node.Failure ?? new Failure(FailureKind.Lost, "it was not finished", null, null);
        string? block = failure.Line is { } line
            ? node.Reasons.FirstOrDefault(reason => reason.FirstLine <= line && line <= reason.LastLine)?.Block
            : null;
        string tail = output.Length <= OutputKept ? output : output[^OutputKept..];
        return new Symptom(failure.Kind, failure.Message, block, $"{failure.Traceback}\n{tail}");
    }
}
