using System.Globalization;
using System.Text;

namespace AgentIde.Core.Engineering.BuiltIn.CSharp;

/// <summary>Names from the data as C# text, with the care of <see cref="PythonText"/>: whatever they hold, they stay inside their literals.</summary>
internal static class CSharpText
{
    public static string Quote(string text)
    {
        StringBuilder literal = new("\"");
        foreach (Rune rune in text.EnumerateRunes())
        {
            literal.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when PythonText.IsPlain(rune) => rune.ToString(),
                <= 0xffff => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
            });
        }

        return literal.Append('"').ToString();
    }

    /// <summary>A collection of literals; over several lines where one would be long.</summary>
    public static string List(IEnumerable<string> texts)
    {
        List<string> lines = LiteralLines.Of(texts.Select(Quote));
        return lines.Count == 1 ? $"[{lines[0]}]" : $"[\n    {string.Join(",\n    ", lines)}]";
    }

    /// <summary>For a <c>foreach</c>, where the compiler must be told of what.</summary>
    public static string Array(IEnumerable<string> texts) => $"(string[]){List(texts)}";
}
