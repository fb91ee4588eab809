using System.Collections.Immutable;

namespace AgentIde.Core.Search;

/// <summary>The policies by the names that settings keep.</summary>
public static class Policies
{
    /// <summary>Of a run whose user names none.</summary>
    public const string Usual = OperatorsPolicy.Own;

    private static readonly ImmutableArray<IPolicy> All =
    [
        new AidePolicy(AideOptions.Default),
        new AidePolicy(AideOptions.MleBench, AidePolicy.AsMleBench),
        new OperatorsPolicy(OperatorsOptions.Default),
        new MctsPolicy(MctsOptions.Default),
        new BestOfNPolicy(BestOfNPolicy.UsualDebugs),
        new EvolutionPolicy(EvolutionOptions.Default),
    ];

    public static ImmutableArray<string> Names { get; } = [.. All.Select(policy => policy.Name)];

    /// <summary>Null where no policy has the name.</summary>
    public static IPolicy? Find(string name) => All.FirstOrDefault(policy => policy.Name == name);
}
