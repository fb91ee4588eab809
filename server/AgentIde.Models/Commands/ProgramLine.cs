using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Core.Engineering;

namespace AgentIde.Models.Commands;

/// <summary>What a program may write in one line: its name, a thought, a proposal, that it is done, or an error.</summary>
/// <param name="Version">The version of the protocol that it speaks; null for the one that it was greeted with.</param>
/// <param name="Node">The node that it answers for. Without it one answer too many would be taken for the next node's.</param>
internal sealed record ProgramLine(
    int? Version = null,
    string? Name = null,
    string? Thought = null,
    int? Node = null,
    string? Plan = null,
    string? Code = null,
    ImmutableArray<Reason>? Reasons = null,
    string? Notes = null,
    bool? Done = null,
    string? Why = null,
    string? Error = null)
{
    // Together they fit into one event, whatever their characters are written as.
    private const int LongestPlan = 10_000;
    private const int LongestNotes = 1_000_000;
    private const int MostReasons = 1_000;
    private const int LongestReason = 1_000;

    [JsonIgnore]
    public bool IsThought => Thought is not null && Code is null && Done is null && Error is null;

    /// <exception cref="FormatException">Not an object of the protocol; the message says what is wrong with it.</exception>
    public static ProgramLine Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ProgramJsonContext.Default.ProgramLine) ?? throw new FormatException("it is null");
        }
        catch (JsonException problem)
        {
            throw new FormatException(problem.Path is { Length: > 1 } path ? $"{path} is not what the protocol has there" : "it is not a JSON object", problem);
        }
        catch (InvalidOperationException problem)
        {
            throw new FormatException("it holds a text that is not Unicode", problem);
        }
    }

    /// <summary>Null where it has nothing left to propose.</summary>
    /// <exception cref="FormatException">No answer to a request for a proposal.</exception>
    public Proposal? ToProposal(int node)
    {
        if (Done != true && string.IsNullOrWhiteSpace(Code))
        {
            throw new FormatException("it has no \"code\", no \"done\" and no \"error\"");
        }

        Check(Node is not null, $"it does not say for which node it is: add \"node\": {node}");
        Check(Node == node, $"it is for node {Node}, and node {node} was asked for");
        return Done == true ? null : ToProposal(Code!);
    }

    private Proposal ToProposal(string code)
    {
        ImmutableArray<Reason> reasons = Reasons ?? [];
        int lines = 1 + code.AsSpan().TrimEnd('\n').Count('\n');
        Check(reasons.All(reason => reason is not null), "one of its reasons is null");
        Reason? astray = reasons.FirstOrDefault(reason => reason.FirstLine < 1 || reason.LastLine < reason.FirstLine || reason.LastLine > lines);
        Check(astray is null, $"a reason stands at lines {astray?.FirstLine} to {astray?.LastLine}, and the code has lines 1 to {lines}");
        Check(reasons.Length <= MostReasons, $"it has {reasons.Length:N0} reasons, and at most {MostReasons:N0} are taken");
        Check(reasons.All(reason => reason.Text.Length + reason.Block.Length <= LongestReason), $"a reason is longer than {LongestReason:N0} characters");
        Check(Plan is null or { Length: <= LongestPlan }, $"its plan is longer than {LongestPlan:N0} characters");
        Check(Notes is null or { Length: <= LongestNotes }, $"its notes are longer than {LongestNotes:N0} characters");
        return new Proposal(Plan ?? "", code, reasons, Notes);
    }

    private static void Check(bool condition, string problem)
    {
        if (!condition)
        {
            throw new FormatException(problem);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, MaxDepth = 16)]
[JsonSerializable(typeof(ProgramLine))]
[JsonSerializable(typeof(HelloRequest))]
[JsonSerializable(typeof(ProposeRequest))]
internal sealed partial class ProgramJsonContext : JsonSerializerContext;
