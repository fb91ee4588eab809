using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Attacks;

/// <summary>
/// Sees by small attacks which guarantees hold here and now: a version number or a setting proves nothing. A guarantee
/// holds when every attack on it was tried and failed.
/// </summary>
/// <param name="python">Runs what proves, outside the sandbox, that there is something to find.</param>
/// <param name="means">How the engine gives a guarantee on which no attack succeeded, or why it does not after all.</param>
internal sealed class GuaranteeProbe(ISandbox sandbox, string python, Func<string, Guarantee> means)
{
    private static readonly ImmutableArray<int> Numbers = [1, 2, 3, 4, 5, 6, 7, 8, 11, 20, 21, 24, 27, 28];

    internal async Task<ImmutableArray<Guarantee>> RunAsync(CancellationToken cancellationToken)
    {
        AttackSuite suite = new(sandbox, AttackOptions.Default with { Python = python, HomeFolder = Path.GetTempPath() });
        ImmutableArray<Attack> attacks = [.. AttackCatalogue.All.Where(attack => Numbers.Contains(attack.Id)).Select(Hasten)];
        ImmutableArray<AttackResult> results = await suite.RunAsync(attacks, quick: true, null, cancellationToken);
        return [.. Guarantee.All.Select(name => Judge(name, attacks, results))];
    }

    /// <summary>The same attack where it only takes less of the same.</summary>
    private static Attack Hasten(Attack attack) => attack.Id switch
    {
        20 => attack with { Limits = attack.Limits with { Processes = 16 } },
        21 => attack with { Limits = attack.Limits with { MemoryBytes = 64 << 20 } },
        24 => attack with { Limits = attack.Limits with { DiskBytes = 16 << 20 } },
        27 => attack with { Programs = [attack.Programs[0]] },
        28 => attack with { Programs = [attack.Programs[0]], Limits = attack.Limits with { Time = TimeSpan.FromSeconds(0.2) } },
        _ => attack,
    };

    private Guarantee Judge(string name, ImmutableArray<Attack> attacks, ImmutableArray<AttackResult> results)
    {
        IEnumerable<AttackResult> failed = attacks
            .Zip(results)
            .Where(pair => pair.First.Guarantees.Contains(name) && pair.Second.Result != AttackVerdict.Held)
            .Select(pair => pair.Second);
        // An engine that knows why it can't says what helps, which no attack can.
        return means(name) is var how && how.Held && failed.FirstOrDefault() is { } failure
            ? new Guarantee(name, false, $"attack {failure.Id}, {failure.Name}: {failure.Reason}")
            : how;
    }
}
