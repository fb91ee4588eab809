using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Attacks;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox;

/// <summary>
/// Tries to break out of a sandbox, whichever it is. Each attack is first tried outside, where it must succeed: one
/// that works nowhere proves nothing. What an attack says of itself is never the only evidence that it held.
/// </summary>
public sealed class AttackSuite(ISandbox sandbox, AttackOptions options)
{
    private const int OrdinaryUser = 61183;

    public static ImmutableArray<(int Id, string Name)> Catalogue { get; } = [.. AttackCatalogue.All.Select(attack => (attack.Id, attack.Name))];

    /// <param name="only">Numbers of the catalogue; null for all.</param>
    /// <param name="finished">Gets each result as it comes.</param>
    /// <exception cref="SandboxException">The sandbox can't be made here.</exception>
    public Task<ImmutableArray<AttackResult>> RunAsync(
        IReadOnlyCollection<int>? only, Action<AttackResult>? finished, CancellationToken cancellationToken) =>
        RunAsync(AttackCatalogue.All.Where(attack => only is null || only.Contains(attack.Id)), quick: false, finished, cancellationToken);

    /// <param name="quick">Without controls, and without the longest walks: for a probe before each run.</param>
    internal async Task<ImmutableArray<AttackResult>> RunAsync(
        IEnumerable<Attack> attacks, bool quick, Action<AttackResult>? finished, CancellationToken cancellationToken)
    {
        ImmutableArray<AttackResult>.Builder results = ImmutableArray.CreateBuilder<AttackResult>();
        using AttackGround ground = new(options);
        foreach (Attack attack in attacks)
        {
            (AttackVerdict verdict, string reason) = quick ? (AttackVerdict.Held, "") : RunControl(attack, ground);
            foreach (string program in attack.Programs)
            {
                if (verdict == AttackVerdict.Held)
                {
                    (verdict, string said) = await RunAsync(attack, program, ground, quick, cancellationToken);
                    reason = said.Length > 0 ? said : reason;
                }
            }

            AttackResult result = new(attack.Id, attack.Name, verdict, reason);
            results.Add(result);
            finished?.Invoke(result);
        }

        return results.ToImmutable();
    }

    private async Task<(AttackVerdict Verdict, string Reason)> RunAsync(
        Attack attack, string program, AttackGround ground, bool quick, CancellationToken cancellationToken)
    {
        ground.TakeCalls();
        ExecutionSpec spec = new(
            $"attack-{attack.Id}",
            ProgramLanguage.Python,
            Encoding.UTF8.GetBytes(Source(program)),
            ground.Prepare(attack, program, isControl: false, quick),
            attack.Limits,
            [.. attack.Collect.Select(path => new OutputFile(path, [path], 1 << 20))],
            ImmutableDictionary<string, string>.Empty);
        ExecutionResult result = await sandbox.ExecuteAsync(
            spec,
            piece =>
            {
                if (piece.Span.IndexOf("WAITING"u8) >= 0)
                {
                    ground.LookAtWaiting();
                }
            },
            cancellationToken);

        string output = Encoding.UTF8.GetString(result.Output.Span);
        string? broken = output.Split('\n').FirstOrDefault(line => line.StartsWith("BROKEN:", StringComparison.Ordinal))?[7..].Trim()
            ?? (HoldsCanary(result, ground) ? "a canary came out" : null)
            ?? attack.Judge(ground, result);
        ground.KillSurvivors();
        return broken is not null ? (AttackVerdict.Broken, broken)
            : attack.MustEnd && !output.Contains("\nDONE ", StringComparison.Ordinal) && !output.StartsWith("DONE ", StringComparison.Ordinal)
                ? (AttackVerdict.NotTested, $"the attack did not come to its end ({result.Ending}): {output.Trim().Split('\n')[^1]}")
                : (AttackVerdict.Held, "");
    }

    private static bool HoldsCanary(ExecutionResult result, AttackGround ground)
    {
        byte[] canary = Encoding.UTF8.GetBytes(ground.Canary);
        return result.Output.Span.IndexOf(canary) >= 0 || result.Files.Any(file => file.Bytes is { } bytes && bytes.Span.IndexOf(canary) >= 0);
    }

    /// <summary>Runs the first program outside, where it must do harm.</summary>
    private (AttackVerdict Verdict, string Reason) RunControl(Attack attack, AttackGround ground)
    {
        bool isRoot = Libc.EffectiveUser() == 0;
        if (attack.Control == AttackControl.OnTheGround)
        {
            return LinkLeadsToCanary(ground) ? (AttackVerdict.Held, "") : (AttackVerdict.NotTested, "a link to a canary could not be followed outside");
        }

        if (attack.Control == AttackControl.ByRoot && !isRoot)
        {
            return (AttackVerdict.Held, "without a control: only root can do this harm");
        }

        string input = ground.Prepare(attack, attack.Programs[0], isControl: true, quick: false);
        string folder = Path.GetDirectoryName(input)!;
        File.WriteAllText(Path.Combine(folder, "solution.py"), Source(attack.Programs[0]));
        string[] prefix = attack.Control switch
        {
            AttackControl.InOwnNamespaces => ["/usr/bin/unshare", "--user", "--map-root-user", "--mount", "--"],
            AttackControl.ByOrdinaryUser when isRoot =>
                ["/usr/bin/setpriv", "--reuid", $"{OrdinaryUser}", "--regid", $"{OrdinaryUser}", "--clear-groups", "--"],
            _ => [],
        };
        if (prefix.Contains("/usr/bin/setpriv"))
        {
            File.SetUnixFileMode(ground.Folder, File.GetUnixFileMode(ground.Folder) | UnixFileMode.OtherExecute);
        }

        (_, string output) = ShortCommand.Run(
            ["/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder, .. prefix, options.Python, "-B", "solution.py"],
            ["PATH=/usr/bin:/bin:/usr/sbin:/sbin", $"AGENTIDE_CANARY={ground.Canary}"],
            TimeSpan.FromSeconds(20));
        bool works = attack.Control == AttackControl.BySurvivors ? ground.Survivors().Count > 0 : output.Contains("BROKEN:", StringComparison.Ordinal);
        ground.KillSurvivors();
        return works ? (AttackVerdict.Held, "")
            : (AttackVerdict.NotTested, $"it does no harm outside the sandbox either: {output.Trim().Split('\n')[^1]}");
    }

    private static bool LinkLeadsToCanary(AttackGround ground)
    {
        string link = Path.Combine(ground.Folder, "control.csv");
        File.CreateSymbolicLink(link, ground.Files[0]);
        bool leads = File.ReadAllText(link).Contains(ground.Canary, StringComparison.Ordinal);
        File.Delete(link);
        return leads;
    }

    private static string Source(string program) => Resource.Text("prelude.py") + Resource.Text(program);
}
