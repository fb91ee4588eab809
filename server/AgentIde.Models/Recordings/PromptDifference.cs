using System.Collections.Immutable;

namespace AgentIde.Models.Recordings;

/// <summary>Tells what is new in a prompt that a recording does not have: the place that left the nearest recorded one.</summary>
internal static class PromptDifference
{
    private const int Shown = 60;

    /// <param name="recorded">At least one.</param>
    public static string Explain(RecordedPrompt prompt, ImmutableArray<RecordedPrompt> recorded)
    {
        ImmutableArray<(string Place, string Text)> parts = Parts(prompt);
        var nearest = recorded
            .Select(other => (Parts: Parts(other), Same: 0L))
            .Select(other => other with { Same = SameLength(parts, other.Parts) })
            .MaxBy(other => other.Same);
        int index = parts.Zip(nearest.Parts).TakeWhile(pair => pair.First == pair.Second).Count();
        if (index == parts.Length || index == nearest.Parts.Length)
        {
            return $"the nearest recorded one has {nearest.Parts.Length} parts, and this has {parts.Length}.";
        }

        (string place, string text) = parts[index];
        string before = nearest.Parts[index].Text;
        int at = text.AsSpan().CommonPrefixLength(before);
        string others = index == 0 && recorded.All(other => other.System != prompt.System) ? " No recorded prompt has these instructions, so their template has changed." : "";
        return $"{place} differs from the nearest recorded one at character {at + 1}: {Around(text, at)}, and it was {Around(before, at)}.{others}";
    }

    private static ImmutableArray<(string Place, string Text)> Parts(RecordedPrompt prompt) =>
    [
        ("the system text", prompt.System),
        ("the form of the answer", prompt.Form is { } form ? $"{form.Name}: {string.Join("; ", form.Fields.Select(field => $"{field.Field}: {field.Description}"))}" : "free text"),
        .. prompt.Messages.Select((message, index) => ($"message {index + 1} ({(message.Role == ModelRole.User ? "user" : "assistant")})", message.Text)),
    ];

    /// <summary>Characters up to the first difference.</summary>
    private static long SameLength(ImmutableArray<(string Place, string Text)> one, ImmutableArray<(string Place, string Text)> other)
    {
        long same = 0;
        foreach (((string Place, string Text) first, (string Place, string Text) second) in one.Zip(other))
        {
            same += first.Text.AsSpan().CommonPrefixLength(second.Text);
            if (first != second)
            {
                break;
            }
        }

        return same;
    }

    private static string Around(string text, int at)
    {
        string piece = text.Substring(Math.Max(0, at - 10), Math.Min(Shown, text.Length - Math.Max(0, at - 10)));
        return $"\"{string.Concat(piece.Select(character => char.IsControl(character) ? ' ' : character))}\"";
    }
}
