using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>A part of a pull request's text.</summary>
/// <param name="Name">In the note that it was shortened.</param>
/// <param name="Weight">What is light is shortened first.</param>
/// <param name="Forms">From its longest form to its shortest; one alone is never shortened, an empty one leaves it out.</param>
internal sealed record BodySection(string Name, int Weight, ImmutableArray<Func<string>> Forms)
{
    public static BodySection Fixed(string name, Func<string> form) => new(name, int.MaxValue, [form]);
}

/// <summary>
/// Puts the sections together within a limit: the lightest that can still be shortened is, until the text fits, and the
/// text says which were. The same sections always come to the same text.
/// </summary>
internal static class BodyText
{
    /// <exception cref="InvalidOperationException">The shortest forms don't fit: they are bounded, so that is a bug.</exception>
    public static string Write(ImmutableArray<BodySection> sections, RunId run, string marker, int limit)
    {
        int[] forms = new int[sections.Length];
        string[] texts = [.. sections.Select(section => section.Forms[0]())];
        while (true)
        {
            string text = Join(sections, forms, texts, run, marker);
            if (text.Length <= limit)
            {
                return text;
            }

            int lightest = Enumerable.Range(0, sections.Length).Where(index => forms[index] + 1 < sections[index].Forms.Length)
                .OrderBy(index => sections[index].Weight).Append(-1).First();
            if (lightest < 0)
            {
                throw new InvalidOperationException($"The text of a pull request has {text.Length} characters at its shortest.");
            }

            texts[lightest] = sections[lightest].Forms[++forms[lightest]]();
        }
    }

    private static string Join(ImmutableArray<BodySection> sections, int[] forms, string[] texts, RunId run, string marker)
    {
        string[] shortened = [.. Enumerable.Range(0, sections.Length).Where(index => forms[index] > 0).Select(index => sections[index].Name)];
        string note = shortened.Length == 0 ? "" : $"Shortened to fit into GitHub's limit: {string.Join(", ", shortened)}. `agentide show {run}` tells all.";
        return string.Join("\n\n", texts.Prepend(EditedText.Begin(marker)).Append(note).Append(marker).Where(text => text.Length > 0)) + "\n";
    }
}
