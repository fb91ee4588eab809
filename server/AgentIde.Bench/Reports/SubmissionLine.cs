using System.Collections.Immutable;
using System.Text.Json;

namespace AgentIde.Bench.Reports;

/// <summary>A line of MLE-bench's list of submissions.</summary>
/// <param name="Path">As it stands there; null where the run made none.</param>
/// <param name="Line">Its number, from 1.</param>
public sealed record SubmissionLine(string CompetitionId, string? Path, int Line)
{
    /// <summary>Empty lines and those that start with <c>#</c> or <c>//</c> are passed over; what else a line says is too.</summary>
    /// <exception cref="BenchException">A line is none; the message says which.</exception>
    public static ImmutableArray<SubmissionLine> Read(string file)
    {
        string[] lines = File.Exists(file) ? File.ReadAllLines(file) : throw new BenchException($"There is no file {file}: it is a list of submissions, one JSON object a line.", isMissing: true);
        ImmutableArray<SubmissionLine>.Builder read = ImmutableArray.CreateBuilder<SubmissionLine>();
        for (int number = 1; number <= lines.Length; number++)
        {
            string line = lines[number - 1].Trim();
            if (line.Length > 0 && line[0] != '#' && !line.StartsWith("//", StringComparison.Ordinal))
            {
                read.Add(Parse(line, number) ?? throw new BenchException(
                    $"{file} line {number} is no submission: it needs {{\"competition_id\": \"…\", \"submission_path\": \"…/submission.csv\"}}, the path null where there is none."));
            }
        }

        return read.ToImmutable();
    }

    private static SubmissionLine? Parse(string line, int number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("competition_id", out JsonElement id) && id.ValueKind == JsonValueKind.String
                && root.TryGetProperty("submission_path", out JsonElement path) && path.ValueKind is JsonValueKind.String or JsonValueKind.Null
                ? new SubmissionLine(id.GetString()!, path.GetString(), number)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
