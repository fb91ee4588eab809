using System.Globalization;
using System.Text.RegularExpressions;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Runs;

/// <summary>Reads what the C# compiler said: <c>solution.cs(12,5): error CS0103: The name 'x' does not exist</c>. An error of the whole program has no file.</summary>
internal static partial class CompilerOutput
{
    private const int MaximumText = 8_000;

    public static Failure Read(ExecutionResult result, string output)
    {
        if (ErrorLine().Match(output) is { Success: true } first)
        {
            int? line = first.Groups[1].Success ? int.Parse(first.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
            return new Failure(FailureKind.CompileError, first.Groups[2].Value, line, Cut(output.Trim()));
        }

        string how = result.Ending switch
        {
            Ending.TimeOut => "the compiler did not come to an end with it",
            Ending.OutOfMemory => "the compiler ran out of memory over it",
            _ when output.Contains("Stack overflow", StringComparison.OrdinalIgnoreCase) => "it is nested too deeply for the compiler",
            _ => $"the compiler broke over it ({result.Ending.ToString().ToLowerInvariant()}, exit code {result.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "none"})",
        };
        return new Failure(FailureKind.CompileError, $"does not compile: {how}", null, null);
    }

    private static string Cut(string text) => text.Length <= MaximumText ? text : text[..MaximumText] + " …";

    [GeneratedRegex(@"^(?:solution\.cs\((\d{1,7}),\d{1,7}\)|\(\d{1,7},\d{1,7}\)): error (CS\d{4,5}: .{1,300}?)\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex ErrorLine();
}
