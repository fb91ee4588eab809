namespace AgentIde.Import.Aide;

/// <summary>
/// What AIDE's prompts quote: the code that a review judges and its output, and the code that is to be fixed or improved. The
/// quoted code is what was executed: AIDE formats a reply's code before it runs it.
/// </summary>
internal static class Prompts
{
    private static readonly string[] AfterTask = ["\n# Memory\n", "\n# Previous (buggy) implementation\n", "\n# Implementation\n"];

    private const string Output = "\n```\n\n# Execution output\n\n```\n";

    /// <summary>Null where the prompt is no review.</summary>
    public static (string Code, string Output)? Reviewed(string prompt) => Executed(prompt, "\n# Implementation\n\n```python\n");

    /// <summary>The code that is to be fixed and what it wrote; null where the prompt asks for something else.</summary>
    public static (string Code, string Output)? Buggy(string prompt) => Executed(prompt, "\n# Previous (buggy) implementation\n\n```python\n");

    /// <summary>The code that is to be improved; null where the prompt asks for something else.</summary>
    public static string? Previous(string prompt) =>
        After(prompt, "\n# Previous solution\n\n## Code\n\n```python\n") is { } start ? prompt[start..End(prompt, start)] : null;

    /// <summary>What the prompt tells of the task; null where it has no such part.</summary>
    public static string? Task(string prompt)
    {
        if (After(prompt, "# Task description\n\n") is not { } start)
        {
            return null;
        }

        int end = AfterTask
            .Select(next => prompt.IndexOf(next, start, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(prompt.Length).Min();
        return prompt[start..end].Trim();
    }

    private static (string Code, string Output)? Executed(string prompt, string heading)
    {
        int start = After(prompt, heading) ?? -1;
        int end = start < 0 ? -1 : prompt.IndexOf(Output, start, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        int output = end + Output.Length;
        return (prompt[start..end], prompt[output..Math.Max(output, End(prompt, output - 1))]);
    }

    /// <summary>Where a quotation ends that begins at <paramref name="start"/>: at the first closing fence that a heading or the end follows.</summary>
    private static int End(string prompt, int start)
    {
        for (int at = prompt.IndexOf("\n```", start, StringComparison.Ordinal); at >= 0; at = prompt.IndexOf("\n```", at + 1, StringComparison.Ordinal))
        {
            ReadOnlySpan<char> rest = prompt.AsSpan(at + "\n```".Length);
            if (rest.IsWhiteSpace() || rest.StartsWith("\n\n# ", StringComparison.Ordinal))
            {
                return at;
            }
        }

        return prompt.Length;
    }

    private static int? After(string text, string heading) =>
        text.IndexOf(heading, StringComparison.Ordinal) is >= 0 and var at ? at + heading.Length : null;
}
