using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AgentIde.Core.Runs;

/// <summary>
/// Events and requests as JSON. Each kind of event has a name and a version that are never reused for another shape.
/// </summary>
public static class RunJson
{
    /// <summary>A payload larger than this is refused on reading: no event comes near it.</summary>
    public const int MaximumPayloadBytes = 16 << 20;

    private static readonly (string Kind, int Version, JsonTypeInfo Type)[] Kinds =
    [
        ("run-started", 6, RunJsonContext.Default.RunStarted),
        ("run-resumed", 3, RunJsonContext.Default.RunResumed),
        ("holdout-made", 1, RunJsonContext.Default.HoldoutMade),
        ("data-profiled", 1, RunJsonContext.Default.DataProfiled),
        ("node-started", 1, RunJsonContext.Default.NodeStarted),
        ("call-reserved", 2, RunJsonContext.Default.CallReserved),
        ("call-written", 1, RunJsonContext.Default.CallWritten),
        ("call-ended", 2, RunJsonContext.Default.CallEnded),
        ("call-refused", 1, RunJsonContext.Default.CallRefused),
        ("node-proposed", 3, RunJsonContext.Default.NodeProposed),
        ("engineer-exhausted", 2, RunJsonContext.Default.EngineerExhausted),
        ("execution-started", 4, RunJsonContext.Default.ExecutionStarted),
        ("output-written", 3, RunJsonContext.Default.OutputWritten),
        ("execution-ended", 4, RunJsonContext.Default.ExecutionEnded),
        ("execution-abandoned", 3, RunJsonContext.Default.ExecutionAbandoned),
        ("node-scored", 2, RunJsonContext.Default.NodeScored),
        ("node-failed", 3, RunJsonContext.Default.NodeFailed),
        ("node-folded", 1, RunJsonContext.Default.NodeFolded),
        ("node-fold-failed", 1, RunJsonContext.Default.NodeFoldFailed),
        ("node-reviewed", 2, RunJsonContext.Default.NodeReviewed),
        ("review-failed", 1, RunJsonContext.Default.ReviewFailed),
        ("finalists-named", 1, RunJsonContext.Default.FinalistsNamed),
        ("finalist-tried", 1, RunJsonContext.Default.FinalistTried),
        ("solution-chosen", 1, RunJsonContext.Default.SolutionChosen),
        ("second-holdout-opened", 1, RunJsonContext.Default.SecondHoldoutOpened),
        ("solution-refitted", 1, RunJsonContext.Default.SolutionRefitted),
        ("node-applied", 1, RunJsonContext.Default.NodeApplied),
        ("hint-given", 1, RunJsonContext.Default.HintGiven),
        ("branch-asked", 3, RunJsonContext.Default.BranchAsked),
        ("node-rejected", 1, RunJsonContext.Default.NodeRejected),
        ("node-restored", 1, RunJsonContext.Default.NodeRestored),
        ("budget-changed", 1, RunJsonContext.Default.BudgetChanged),
        ("run-paused", 2, RunJsonContext.Default.RunPaused),
        ("run-continued", 2, RunJsonContext.Default.RunContinued),
        ("run-finished", 2, RunJsonContext.Default.RunFinished),
        ("private-scored", 1, RunJsonContext.Default.PrivateScored),
        ("node-audited", 1, RunJsonContext.Default.NodeAudited),
    ];

    private static readonly FrozenDictionary<string, (int Version, JsonTypeInfo Type)> ByKind =
        Kinds.ToFrozenDictionary(kind => kind.Kind, kind => (kind.Version, kind.Type));

    private static readonly FrozenDictionary<Type, (string Kind, int Version, JsonTypeInfo Type)> ByType =
        Kinds.ToFrozenDictionary(kind => kind.Type.Type);

    /// <summary>The names of all kinds of event, in the order in which a run comes to them first.</summary>
    public static ImmutableArray<string> EventKinds { get; } = [.. Kinds.Select(kind => kind.Kind)];

    /// <summary>The name of the event's kind: <c>node-scored</c>.</summary>
    public static string KindOf(RunEvent @event) => ByType[@event.GetType()].Kind;

    public static (string Kind, int Version, byte[] Payload) Write(RunEvent @event)
    {
        (string kind, int version, JsonTypeInfo type) = ByType[@event.GetType()];
        return (kind, version, JsonSerializer.SerializeToUtf8Bytes(@event, type));
    }

    /// <exception cref="RunStoreException">The kind is unknown, newer than this program, or its payload does not fit.</exception>
    public static RunEvent Read(string kind, int version, ReadOnlySpan<byte> payload)
    {
        if (!ByKind.TryGetValue(kind, out var known) || version > known.Version)
        {
            throw new RunStoreException($"The run holds an event '{kind}' (version {version}) that this version of agentide does not know: use a newer one.");
        }

        if (payload.Length > MaximumPayloadBytes)
        {
            throw new RunStoreException($"An event '{kind}' has {payload.Length:N0} bytes; at most {MaximumPayloadBytes:N0} are read.");
        }

        try
        {
            RunEvent read = (RunEvent)(JsonSerializer.Deserialize(payload, known.Type) ?? throw new RunStoreException($"An event '{kind}' is empty."));
            return EventShape.IsWhole(read)
                ? read
                : throw new RunStoreException($"An event '{kind}' lacks something that its kind must have: the log was not written by a run.");
        }
        catch (JsonException error)
        {
            throw new RunStoreException($"An event '{kind}' can't be read: {error.Message}", error);
        }
    }

    public static byte[] Write(RunRequest request) => JsonSerializer.SerializeToUtf8Bytes(request, RunJsonContext.Default.RunRequest);

    /// <exception cref="JsonException">Not a request.</exception>
    public static RunRequest ReadRequest(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, RunJsonContext.Default.RunRequest) ?? throw new JsonException("An empty request.");

    /// <summary>One node as it stands in the journal.</summary>
    public static byte[] Write(Node node) => JsonSerializer.SerializeToUtf8Bytes(node, RunJsonContext.Default.Node);

    /// <summary>The whole tree as one canonical JSON document: fixed order of properties, one line a node, "\n" at line ends.</summary>
    public static byte[] WriteCanonical(Journal journal) => CanonicalJournal.Write(journal);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false,
    MaxDepth = 32)]
[JsonSerializable(typeof(RunStarted))]
[JsonSerializable(typeof(RunResumed))]
[JsonSerializable(typeof(HoldoutMade))]
[JsonSerializable(typeof(DataProfiled))]
[JsonSerializable(typeof(NodeStarted))]
[JsonSerializable(typeof(CallReserved))]
[JsonSerializable(typeof(CallWritten))]
[JsonSerializable(typeof(CallEnded))]
[JsonSerializable(typeof(CallRefused))]
[JsonSerializable(typeof(NodeProposed))]
[JsonSerializable(typeof(EngineerExhausted))]
[JsonSerializable(typeof(ExecutionStarted))]
[JsonSerializable(typeof(OutputWritten))]
[JsonSerializable(typeof(ExecutionEnded))]
[JsonSerializable(typeof(ExecutionAbandoned))]
[JsonSerializable(typeof(NodeScored))]
[JsonSerializable(typeof(NodeFailed))]
[JsonSerializable(typeof(NodeFolded))]
[JsonSerializable(typeof(NodeFoldFailed))]
[JsonSerializable(typeof(NodeReviewed))]
[JsonSerializable(typeof(ReviewFailed))]
[JsonSerializable(typeof(FinalistsNamed))]
[JsonSerializable(typeof(FinalistTried))]
[JsonSerializable(typeof(SolutionChosen))]
[JsonSerializable(typeof(SecondHoldoutOpened))]
[JsonSerializable(typeof(SolutionRefitted))]
[JsonSerializable(typeof(NodeApplied))]
[JsonSerializable(typeof(HintGiven))]
[JsonSerializable(typeof(BranchAsked))]
[JsonSerializable(typeof(NodeRejected))]
[JsonSerializable(typeof(NodeRestored))]
[JsonSerializable(typeof(BudgetChanged))]
[JsonSerializable(typeof(RunPaused))]
[JsonSerializable(typeof(RunContinued))]
[JsonSerializable(typeof(RunFinished))]
[JsonSerializable(typeof(PrivateScored))]
[JsonSerializable(typeof(NodeAudited))]
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(Choice))]
[JsonSerializable(typeof(Hint))]
[JsonSerializable(typeof(AskedBranch))]
internal sealed partial class RunJsonContext : JsonSerializerContext;

