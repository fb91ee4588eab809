using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace AgentIde.Environments;

/// <summary>
/// Compiles one file of top-level statements against what is in this folder, and nothing else: no analyzers, no
/// generators, no scripts' directives, no unsafe code. Deterministic: the same text gives the same bytes.
/// </summary>
internal static class Compiler
{
    private const int Done = 0, HasErrors = 1;
    private const int MostErrors = 20;

    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Globalization;
        global using System.IO;
        global using System.Linq;
        """;

    public static int Compile(string source, string assembly)
    {
        CSharpParseOptions parsing = new(LanguageVersion.Latest, DocumentationMode.None);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "solution",
            [Parse(File.ReadAllBytes(source), source, parsing), CSharpSyntaxTree.ParseText(Usings, parsing, "usings.cs", Encoding.UTF8)],
            References(),
            new CSharpCompilationOptions(
                OutputKind.ConsoleApplication,
                optimizationLevel: OptimizationLevel.Release,
                allowUnsafe: false,
                deterministic: true,
                concurrentBuild: false,
                nullableContextOptions: NullableContextOptions.Disable));
        using FileStream file = File.Create(assembly);
        EmitResult result = compilation.Emit(file, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.Embedded));
        foreach (Diagnostic diagnostic in Worst(result.Diagnostics))
        {
            Console.Out.WriteLine(Line(diagnostic));
        }

        return result.Success ? Done : HasErrors;
    }

    private static SyntaxTree Parse(byte[] source, string path, CSharpParseOptions options) =>
        CSharpSyntaxTree.ParseText(SourceText.From(source, source.Length, Encoding.UTF8, throwIfBinaryDetected: false), options, path);

    /// <summary>The framework and ML.NET; the compiler's own assemblies are not for candidates.</summary>
    private static IEnumerable<MetadataReference> References() =>
        from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':', StringSplitOptions.RemoveEmptyEntries)
        let name = Path.GetFileNameWithoutExtension(path)
        where name != "dotnet-ml" && !name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
        select MetadataReference.CreateFromFile(path);

    private static IEnumerable<Diagnostic> Worst(ImmutableArray<Diagnostic> diagnostics) => diagnostics
        .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
        .OrderBy(diagnostic => diagnostic.Location.GetLineSpan().StartLinePosition)
        .Take(MostErrors);

    /// <summary><c>solution.cs(12,5): error CS0103: The name 'x' does not exist in the current context</c></summary>
    private static string Line(Diagnostic diagnostic)
    {
        FileLinePositionSpan span = diagnostic.Location.GetLineSpan();
        string message = diagnostic.GetMessage(CultureInfo.InvariantCulture).ReplaceLineEndings(" ");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(span.Path)}({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1}): error {diagnostic.Id}: {message}");
    }
}
