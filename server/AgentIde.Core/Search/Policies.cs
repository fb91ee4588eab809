using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>The policies by the names that settings keep: pure functions of journal and draws.</summary>
public static class Policies
{
    private static readonly (string Name, Func<Journal, Draws, Decision> Choose)[] All =
    [
        (AidePolicy.Name, new AidePolicy(AideOptions.Default).Choose),
        (OperatorsPolicy.Name, new OperatorsPolicy(AideOptions.Default).Choose),
    ];

    public static IEnumerable<string> Names => All.Select(policy => policy.Name);

    /// <summary>Null where no policy has the name.</summary>
    public static Func<Journal, Draws, Decision>? Find(string name) => All.FirstOrDefault(policy => policy.Name == name).Choose;

    /// <summary>Whether what the engineer takes bears on its choices.</summary>
    public static bool ChoosesOperators(string name) => name == OperatorsPolicy.Name;
}
