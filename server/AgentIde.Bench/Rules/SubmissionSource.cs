using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.MleBench;

namespace AgentIde.Bench.Rules;

/// <summary>A program or a log of a submission, or a notebook that others published.</summary>
/// <param name="Name">Relative to what was given.</param>
/// <param name="Language">Null for a log.</param>
public sealed record SubmissionSource(string Name, string Text, ProgramLanguage? Language)
{
    /// <summary>In bytes: no person wrote more, and of a log no more is read.</summary>
    private const int Largest = 64 << 20;

    /// <summary>Programs are <c>.py</c>, <c>.ipynb</c> and <c>.cs</c>; logs <c>.log</c>, <c>.txt</c>, <c>.md</c>, <c>.json</c> and <c>.jsonl</c>. All else is no text that rules are about.</summary>
    /// <param name="path">A file, or a folder with all that lies in it; links are not followed.</param>
    /// <exception cref="BenchException">There is no such file, or it can't be read.</exception>
    public static ImmutableArray<SubmissionSource> Read(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                return File.Exists(path) ? [.. Source(path, Path.GetFileName(path)) is { } one ? [one] : Array.Empty<SubmissionSource>()] : throw new BenchException($"{path} is not there: name the folder of a submission's programs and logs.");
            }

            EnumerationOptions all = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
            return [.. Directory.EnumerateFiles(path, "*", all).Order(StringComparer.Ordinal).Select(file => Source(file, Path.GetRelativePath(path, file))).OfType<SubmissionSource>()];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new BenchException($"{path} can't be read: {problem.Message}", inner: problem);
        }
    }

    private static SubmissionSource? Source(string file, string name) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".py" => new(name, TextOf(file), ProgramLanguage.Python),
        ".ipynb" => new(name, Cells(TextOf(file)), ProgramLanguage.Python),
        ".cs" => new(name, TextOf(file), ProgramLanguage.CSharp),
        ".log" or ".txt" or ".md" or ".json" or ".jsonl" => new(name, TextOf(file), null),
        _ => null,
    };

    private static string TextOf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        byte[] bytes = new byte[Math.Min(stream.Length, Largest)];
        return Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    /// <summary>The code of a notebook, what is for the notebook's own shell as comments. What is no notebook is its text.</summary>
    private static string Cells(string json)
    {
        try
        {
            using JsonDocument notebook = JsonDocument.Parse(json);
            IEnumerable<string> lines =
                from cell in notebook.RootElement.GetProperty("cells").EnumerateArray()
                where cell.GetProperty("cell_type").GetString() == "code"
                let source = cell.GetProperty("source")
                let text = source.ValueKind == JsonValueKind.Array ? string.Concat(source.EnumerateArray().Select(line => line.GetString())) : source.GetString()!
                from line in text.Split('\n')
                select line.StartsWith('%') || line.StartsWith('!') ? $"# {line}" : line;
            return string.Join('\n', lines);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return json;
        }
    }
}
