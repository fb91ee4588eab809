using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Attacks;
using AgentIde.Sandbox.Limits;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Seccomp;

namespace AgentIde.Sandbox;

/// <summary>
/// Sees by small attacks which guarantees hold here and now: a version number or a setting proves nothing. A guarantee
/// holds when every attack on it was tried and failed.
/// </summary>
internal sealed class GuaranteeProbe(BubblewrapSandbox sandbox, string python)
{
    private static readonly ImmutableArray<int> Numbers = [1, 2, 3, 4, 5, 6, 7, 8, 11, 20, 21, 24, 27, 28];

    internal async Task<ImmutableArray<Guarantee>> RunAsync(CancellationToken cancellationToken)
    {
        AttackSuite suite = new(sandbox, AttackOptions.Default with { Python = python, HomeFolder = Path.GetTempPath() });
        ImmutableArray<Attack> attacks = [.. AttackCatalogue.All.Where(attack => Numbers.Contains(attack.Id)).Select(Hasten)];
        // In two rows at once: a probe stands before each run, and most of an attack is waiting.
        ImmutableArray<AttackResult>[] rows = await Task.WhenAll(
            from row in attacks.GroupBy(attack => attack.Id % 2)
            select suite.RunAsync(row, quick: true, null, cancellationToken));
        ImmutableArray<AttackResult> results = [.. rows.SelectMany(row => row).OrderBy(result => result.Id)];
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
        if (failed.FirstOrDefault() is { } failure)
        {
            return new Guarantee(name, false, $"attack {failure.Id}, {failure.Name}: {failure.Reason}");
        }

        IResourceLimits limits = sandbox.Limits;
        return name switch
        {
            "memory" when !limits.EnforcesMemory =>
                new Guarantee(name, false, $"watched every 20 ms, not enforced by the kernel: {limits.Remedy}"),
            "syscalls" when SyscallTable.OfThisMachine is null =>
                new Guarantee(name, false, $"there is no filter for {RuntimeInformation.ProcessArchitecture}: use x86_64 or aarch64"),
            _ => new Guarantee(name, true, Means(name, limits)),
        };
    }

    private static string Means(string name, IResourceLimits limits) => name switch
    {
        "network" => "a network namespace without interfaces, and no sockets but unix",
        "files" => "an empty read-only root that shows /usr, the interpreter and the input",
        "user" => Libc.EffectiveUser() == 0 ? "an unused user without capabilities, not root" : "this user without capabilities, in a namespace of its own",
        "syscalls" => $"a seccomp filter for {RuntimeInformation.ProcessArchitecture}",
        "containment" => "a process namespace that dies as a whole",
        "time" => "killed by the monotonic clock",
        "memory" => $"{limits.Name}, swap included",
        "processes" => limits.ProcessesByRlimit ? "a resource limit inside the user namespace" : limits.Name,
        "disk" => "memory file systems of fixed size; no host folder can be written",
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "A guarantee that nobody probes."),
    };
}
