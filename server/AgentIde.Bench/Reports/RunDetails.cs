using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentIde.Bench.Reports;

/// <summary>What MLE-bench's report does not say of a run: one of <c>runs.json</c>, beside the reports of a run group that AgentIde made.</summary>
/// <param name="SubmissionPath">As in MLE-bench's report.</param>
/// <param name="Run">Its name in the run store; null where no run could be begun.</param>
/// <param name="Seconds">Wall time of the run, everything included.</param>
/// <param name="Dollars">Spent on models; 0 where none was asked.</param>
/// <param name="Holdout">The chosen node's score while the run went on.</param>
/// <param name="HoldoutKind"><c>verified</c> on a blind holdout, <c>verified-by-folds</c>, or <c>claimed</c> by the program.</param>
/// <param name="Claim">What the chosen program says of its own score.</param>
/// <param name="Split">How the holdout was cut, in words; why not, where it could not be.</param>
/// <param name="Findings">What an audit of the run found: leaks in the data that its agent saw, and the like.</param>
/// <param name="SawTestFeedback">Whether a score of the test set reached the agent.</param>
/// <param name="Curve">The best score so far, each time that it rose.</param>
/// <param name="Problem">Why there is no submission; null where there is one.</param>
public sealed record RunDetails(
    string Competition,
    int Seed,
    string SubmissionPath,
    string? Run,
    double? Seconds,
    decimal? Dollars,
    long? Tokens,
    int Nodes,
    int ValidNodes,
    double? Holdout,
    string? HoldoutKind,
    double? StandardError,
    double? Claim,
    string? Split,
    ImmutableArray<string> Findings,
    bool SawTestFeedback,
    ImmutableArray<CurvePoint> Curve,
    string? Problem);

/// <param name="Seconds">Wall time since the run began.</param>
public sealed record CurvePoint(double Seconds, decimal Dollars, double Score);

/// <param name="Agent">Who made the runs.</param>
public sealed record GroupDetails(string Agent, ImmutableArray<RunDetails> Runs)
{
    public const string FileName = "runs.json";

    /// <summary>Null where the folder has none.</summary>
    /// <exception cref="BenchException">It is broken.</exception>
    public static GroupDetails? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), GroupDetailsJson.Default.GroupDetails) : null;
        }
        catch (JsonException problem)
        {
            throw new BenchException($"{path} is none of AgentIde's: {problem.Message}", inner: problem);
        }
    }

    public void Write(string folder)
    {
        string path = Path.Combine(folder, FileName), aside = path + ".new";
        File.WriteAllBytes(aside, JsonSerializer.SerializeToUtf8Bytes(this, GroupDetailsJson.Default.GroupDetails));
        File.Move(aside, path, overwrite: true);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(GroupDetails))]
internal sealed partial class GroupDetailsJson : JsonSerializerContext;
