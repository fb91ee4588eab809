using System.Collections.Immutable;

namespace AgentIde.Models.Prompts;

/// <param name="Runtime">With its version: <c>Python 3.11.2</c>, <c>.NET 10</c>.</param>
/// <param name="Libraries">The names of their packages and versions.</param>
public sealed record EnvironmentFacts(string Runtime, ImmutableArray<(string Name, string Version)> Libraries)
{
    /// <summary>The dotnet-ml environment, whose versions are this product's own.</summary>
    public static EnvironmentFacts DotnetMl { get; } = new(".NET 10", [("Microsoft.ML", "5.0.1"), ("Microsoft.ML.FastTree", "5.0.1"), ("Microsoft.ML.LightGbm", "5.0.1")]);

    /// <summary>What a sandbox saw, as its report says it: <c>Python 3.11.2 (numpy 1.24.2, pandas 1.5.3, no xgboost)</c>.</summary>
    public static EnvironmentFacts Of(string interpreter)
    {
        int open = interpreter.IndexOf('(', StringComparison.Ordinal);
        int close = open < 0 ? -1 : interpreter.IndexOf(')', open);
        string libraries = close < 0 ? "" : interpreter[(open + 1)..close];
        return new EnvironmentFacts(
            (open < 0 ? interpreter : interpreter[..open]).Trim(),
            [.. libraries.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(library => library.Split(' ', 2, StringSplitOptions.TrimEntries))
                .Where(library => library is [not "no", _])
                .Select(library => (library[0], library[1]))]);
    }
}
