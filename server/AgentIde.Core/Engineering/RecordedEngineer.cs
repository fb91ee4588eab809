using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering;

/// <summary>
/// Plays proposals from a file, in order: node <c>n</c> gets line <c>n</c>, whatever its operator. One JSON object a
/// line: <c>{"plan": "…", "code": "…"}</c>. After the last line it has nothing left to propose.
/// </summary>
public sealed class RecordedEngineer : IEngineer
{
    private const string Form = "a recording is one {\"plan\": \"…\", \"code\": \"…\"} a line.";

    private readonly ImmutableArray<Proposal> _proposals;

    private RecordedEngineer(string name, ImmutableArray<Proposal> proposals)
    {
        Name = name;
        _proposals = proposals;
    }

    public string Name { get; }

    /// <exception cref="FormatException">A line is not a proposal; the message names the line and stands behind the name of the file.</exception>
    public static RecordedEngineer Parse(string text)
    {
        ImmutableArray<Proposal>.Builder proposals = ImmutableArray.CreateBuilder<Proposal>();
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            proposals.Add(ParseLine(line, number));
        }

        return proposals.Count == 0
            ? throw new FormatException($"it is empty: {Form}")
            : new RecordedEngineer($"recording/{Digest.Of(text).Short}", proposals.ToImmutable());
    }

    public ImmutableArray<string> Observe(TaskFacts task, DataProfile profile) => [];

    public Task<Proposal?> ProposeAsync(Assignment assignment, CancellationToken cancellationToken) =>
        Task.FromResult(assignment.Node <= _proposals.Length ? _proposals[assignment.Node - 1] : null);

    private static Proposal ParseLine(string line, int number)
    {
        RecordedLine? recorded;
        try
        {
            recorded = JsonSerializer.Deserialize(line, RecordingJsonContext.Default.RecordedLine);
        }
        catch (JsonException error)
        {
            throw new FormatException($"line {number} is not JSON: {Form}", error);
        }

        return recorded is { Code: { Length: > 0 } code }
            ? new Proposal(recorded.Plan ?? "", code, [], null)
            : throw new FormatException($"line {number} has no \"code\": {Form}");
    }
}

internal sealed record RecordedLine(string? Plan, string? Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RecordedLine))]
internal sealed partial class RecordingJsonContext : JsonSerializerContext;
