using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AgentIde.Cli.Commands;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Cli.Runner;

/// <summary>What a runner process is told on its standard input. Paths are absolute.</summary>
/// <param name="Engineer">As on the command line: <c>builtin</c>, <c>openai:MODEL</c>, <c>recording:FILE</c>, …; files by their absolute paths.</param>
/// <param name="Require">Guarantees without which the run is refused, beside those that always are.</param>
/// <param name="Parallel">Nodes under way at once, at most.</param>
/// <param name="Resume">The run to go on with; everything but the paths and what is spent on models then comes from its log.</param>
/// <param name="AskedAt">When the run was asked for, by the monotonic clock that all processes of a machine share.</param>
/// <param name="Spending">What may be spent on models; of a resumed run, what is to change of it.</param>
/// <param name="Asking">How the engineer is spoken to; null asks as usual, from the workspace.</param>
/// <param name="Beside">Runs that share this machine's cores and memory, this one counted.</param>
/// <param name="Issue">The issue that a new run is started from; null where it is started from none.</param>
internal sealed record RunPlan(
    string Workspace,
    string TaskFolder,
    string? SolutionFile,
    string Engineer,
    string Policy,
    ProgramLanguage Language,
    int Nodes,
    double Seconds,
    long Seed,
    long SplitSeed,
    SandboxChoice Sandbox,
    ImmutableArray<string> Require,
    int Parallel,
    RunId? Resume,
    long? AskedAt = null,
    SpendingCaps? Spending = null,
    EngineerFlags? Asking = null,
    IssueText? Issue = null,
    int Beside = 1)
{
    /// <summary>A new run is not begun with less: its start takes some seconds of it, and a first solution some more.</summary>
    public const double LeastSeconds = 10;

    public const string BuiltInEngineer = "builtin";

    public const int DefaultNodes = 20;

    public const double DefaultSeconds = 600;

    public static RunPlan Default(string workspace, string taskFolder) => new(
        workspace, taskFolder, null, BuiltInEngineer, Policies.Usual, ProgramLanguage.Python, DefaultNodes, DefaultSeconds, 1, 1, SandboxChoice.Default, [], 1, null);
}

/// <param name="Text">What it says, before the task's own description.</param>
internal sealed record IssueText(IssueSource Source, string Text)
{
    /// <summary>What an engineer is told of the task.</summary>
    public string Description(string own) => string.IsNullOrWhiteSpace(own) ? Text : $"{Text}\n\n---\n\nThe task's own description:\n\n{own}";
}

/// <summary>The one line that a runner prints: the run that it owns, or why there is none.</summary>
internal sealed record RunnerReply(RunId? Run, string? Problem, int ExitCode);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunPlan))]
[JsonSerializable(typeof(RunnerReply))]
internal sealed partial class RunnerJsonContext : JsonSerializerContext;
