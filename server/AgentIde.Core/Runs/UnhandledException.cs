using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentIde.Core.Runs;

/// <summary>Reads what .NET prints of an exception that nobody caught.</summary>
internal static partial class UnhandledException
{
    private const string Start = "Unhandled exception. ";
    private const int MaximumText = 8_000;
    private const int MaximumMessage = 300;

    /// <summary>The whole text, the exception with its message, and the innermost line of the solution; null where there is none.</summary>
    public static (string? Text, string? Message, int? Line)? Find(string output)
    {
        int start = output.LastIndexOf(Start, StringComparison.Ordinal);
        if (start < 0 || (start > 0 && output[start - 1] != '\n'))
        {
            return null;
        }

        string text = Machinery().Replace(output[(start + Start.Length)..].TrimEnd(), "");
        string first = text.Split('\n')[0].Trim();
        int? line = Frame().Match(text) is { Success: true } frame ? int.Parse(frame.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
        return (Cut(text, MaximumText), Cut(first, MaximumMessage), line);
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length / 2)] + " … " + text[^(length / 2)..];

    [GeneratedRegex(@" in (?:[^\n]*/)?solution\.cs:line (\d{1,7})", RegexOptions.CultureInvariant)]
    private static partial Regex Frame();

    /// <summary>What called the solution is no business of its author.</summary>
    [GeneratedRegex(@"\n   at System\.Reflection\.MethodBaseInvoker\.[\s\S]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Machinery();
}
