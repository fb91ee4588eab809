using System.Collections.Immutable;
using System.Globalization;

namespace AgentIde.Models.Prompts;

/// <summary>
/// What models trained on other versions of a library get wrong: lines of <c>traps.txt</c>, each
/// <c>library | from | below | text</c> with a version or <c>*</c> for no limit.
/// </summary>
internal static class LibraryTraps
{
    private static readonly ImmutableArray<(string Library, decimal From, decimal Below, string Text)> All = [.. Templates.Traps
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.StartsWith('#'))
        .Select(Parse)];

    public static ImmutableArray<string> Of(EnvironmentFacts environment) => [.. All
        .Where(trap => environment.Libraries.Any(library => library.Name == trap.Library && Number(library.Version) is var version && version >= trap.From && version < trap.Below))
        .Select(trap => $"{trap.Library}: {trap.Text}")];

    private static (string Library, decimal From, decimal Below, string Text) Parse(string line)
    {
        string[] fields = line.Split(" | ", 4, StringSplitOptions.TrimEntries);
        return fields.Length == 4
            ? (fields[0], Number(fields[1]), fields[2] == "*" ? decimal.MaxValue : Number(fields[2]), fields[3])
            : throw new FormatException($"traps.txt: \"{line}\" is not library | from | below | text.");
    }

    /// <summary><c>1.24.2</c> as 1.024: the first two numbers, which is where libraries change what programs see.</summary>
    private static decimal Number(string version)
    {
        string[] parts = version.Split('.');
        return Leading(parts[0]) + (parts.Length > 1 ? Leading(parts[1]) / 1_000m : 0);
    }

    private static decimal Leading(string part)
    {
        int digits = part.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return decimal.TryParse(digits < 0 ? part : part[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out decimal number) ? number : 0;
    }
}
