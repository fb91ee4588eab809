using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentIde.Cli.Bench;

/// <summary>What a group of runs is: the same for as long as it lives. Where candidates run, whom a model is asked at and what may be spent is said anew each time.</summary>
/// <param name="Data">MLE-bench's data folder, absolute; null where the group's tasks are folders of their own.</param>
/// <param name="Competitions">Their ids; of tasks that are folders of their own, those that their task.yaml has.</param>
/// <param name="Seconds">Of a run, at most.</param>
/// <param name="Folders">Where each of the tasks lies, absolute, in their order; null where they are competitions of the data folder.</param>
internal sealed record GroupPlan(
    string? Data, ImmutableArray<string> Competitions, int Seeds, ImmutableArray<string> Engineers, string Policy, string Language, int Nodes, double Seconds, long SplitSeed, ImmutableArray<string>? Folders = null);

/// <summary>One run of the group, whether it has begun or not.</summary>
/// <param name="BegunAt">When it was about to be begun: a run that somebody died over is looked for from then on.</param>
/// <param name="Run">Its name in the run store; null before it has begun.</param>
/// <param name="Problem">Why it can't be, or came to nothing; null where nothing is known against it.</param>
internal sealed record GroupSlot(string Engineer, string Competition, int Seed, DateTimeOffset? BegunAt, string? Run, string? Problem)
{
    public bool IsSame(GroupSlot other) => other.Engineer == Engineer && other.Competition == Competition && other.Seed == Seed;
}

/// <summary>The manifest of a group. What a run has come to is in its own log and nowhere else.</summary>
/// <param name="Elapsed">Seconds for which somebody was running the group.</param>
internal sealed record GroupState(int Version, DateTimeOffset CreatedAt, GroupPlan Plan, double Elapsed, ImmutableArray<GroupSlot> Slots)
{
    public const int Now = 1;

    /// <summary>Seed by seed, so that whole seeds are there early.</summary>
    public static GroupState New(GroupPlan plan, DateTimeOffset at) => new(Now, at, plan, 0,
    [
        .. from seed in Enumerable.Range(1, plan.Seeds)
           from competition in plan.Competitions
           from engineer in plan.Engineers
           select new GroupSlot(engineer, competition, seed, null, null, null),
    ]);

    public GroupState With(GroupSlot slot) => this with { Slots = [.. Slots.Select(other => other.IsSame(slot) ? slot : other)] };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(GroupState))]
[JsonSerializable(typeof(GroupPlan))]
internal sealed partial class GroupJson : JsonSerializerContext;
