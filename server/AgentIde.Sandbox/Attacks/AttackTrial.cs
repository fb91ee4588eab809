using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Attacks;

/// <summary>Tries attacks, one after the other, on one ground: first the control, outside, and then each program inside.</summary>
internal sealed class AttackTrial(ISandbox sandbox, AttackGround ground, bool quick)
{
    private const int OrdinaryUser = 61183;

    /// <summary>How many brackets stand for « and », in a program that is all brackets.</summary>
    private const int DeepNesting = 50_000;

    private const string Broken = "BROKEN:", Done = "DONE ";

    private static readonly TimeSpan ControlPatience = TimeSpan.FromSeconds(20);

    internal async Task<AttackResult> RunAsync(Attack attack, CancellationToken cancellationToken)
    {
        AttackVerdict verdict;
        string reason;
        try
        {
            (verdict, reason) = attack.Lacks(ground.Options) is { } lacking ? (AttackVerdict.NotTested, lacking)
                : quick ? (AttackVerdict.Held, "")
                : Control(attack);
            for (int round = 0; round < attack.Programs.Length && verdict == AttackVerdict.Held; round++)
            {
                (verdict, string said) = await RunAsync(attack, round, cancellationToken);
                reason = said.Length > 0 ? said : reason;
            }
        }
        catch (SandboxException error) when (attack.Language != ProgramLanguage.Python)
        {
            // An engine need not have every language.
            (verdict, reason) = (AttackVerdict.NotTested, error.Message);
        }

        if (verdict == AttackVerdict.Held && attack.NeedsSight && ground.Options.IsElsewhere)
        {
            (verdict, reason) = (AttackVerdict.NotTested, "what came back is right; its processes ran on another machine, where nobody could look at them from here");
        }

        return new AttackResult(attack.Id, attack.Name, verdict, reason);
    }

    private async Task<(AttackVerdict Verdict, string Reason)> RunAsync(Attack attack, int round, CancellationToken cancellationToken)
    {
        ExecutionLimits limits = Limits(attack);
        ground.TakeCalls();
        string input = ground.Prepare(attack, limits, round, isControl: false, quick);
        await attack.LayAsync(ground, cancellationToken);
        long size = Environment.WorkingSet, start = Stopwatch.GetTimestamp();
        ExecutionResult result = await ExecuteAsync(attack, round, input, limits, cancellationToken);
        Observation seen = new(ground, limits, result, round, Stopwatch.GetElapsedTime(start), Environment.WorkingSet - size);

        string output = Encoding.UTF8.GetString(result.Output.Span);
        string? broken = Line(output, Broken)
            ?? (HoldsCanary(result) ? "a canary came out" : null)
            ?? attack.Judge(seen)
            ?? await attack.FollowAsync(seen, cancellationToken);
        ground.KillSurvivors();
        ground.ClearInput();
        return broken is not null ? (AttackVerdict.Broken, broken)
            : attack.MustEnd(round) && Line(output, Done) is null
                ? (AttackVerdict.NotTested, $"the attack did not come to its end ({result.Ending}): {output.Trim().Split('\n')[^1]}")
                : (AttackVerdict.Held, "");
    }

    private async Task<ExecutionResult> ExecuteAsync(Attack attack, int round, string input, ExecutionLimits limits, CancellationToken cancellationToken)
    {
        ExecutionSpec spec = new(
            $"attack-{attack.Id}",
            attack.Language,
            Encoding.UTF8.GetBytes(Source(attack, round)),
            input,
            limits,
            [.. attack.Collect.Select(path => new OutputFile(path, [path], 1 << 20))],
            ImmutableDictionary<string, string>.Empty)
        {
            IsOneOfMany = !quick,
        };
        if (attack.Language == ProgramLanguage.CSharp)
        {
            ExecutionResult compiled = await sandbox.ExecuteAsync(
                spec with { Step = ExecutionStep.Compile, Collect = [new OutputFile(ProgramLanguages.Assembly, [ProgramLanguages.Assembly], 8 << 20)] }, null, cancellationToken);
            if (compiled.Files[0].Bytes is not { Length: > 0 } assembly || compiled.ExitCode != 0)
            {
                return compiled;
            }

            spec = spec with { Code = assembly };
        }

        return await sandbox.ExecuteAsync(
            spec,
            piece =>
            {
                if (piece.Span.IndexOf("WAITING"u8) >= 0)
                {
                    ground.LookAtWaiting();
                }
            },
            cancellationToken);
    }

    private bool HoldsCanary(ExecutionResult result)
    {
        byte[] canary = Encoding.UTF8.GetBytes(ground.Canary);
        return result.Output.Span.IndexOf(canary) >= 0 || result.Files.Any(file => file.Bytes is { } bytes && bytes.Span.IndexOf(canary) >= 0);
    }

    /// <summary>Runs the first program outside, where it must do harm.</summary>
    private (AttackVerdict Verdict, string Reason) Control(Attack attack)
    {
        bool isRoot = Libc.EffectiveUser() == 0;
        if (attack.Control == AttackControl.OnTheGround)
        {
            return LinkLeadsToCanary() ? (AttackVerdict.Held, "") : (AttackVerdict.NotTested, "a link to a canary could not be followed outside");
        }

        if (attack.Control == AttackControl.ByRoot && !isRoot)
        {
            return (AttackVerdict.Held, "without a control: only root can do this harm");
        }

        string input = ground.Prepare(attack, Limits(attack), round: 0, isControl: true, quick: false);
        string folder = Path.GetDirectoryName(input)!;
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

        string output = RunOutside(attack, folder, prefix);
        bool works = attack.Control == AttackControl.BySurvivors ? ground.Survivors().Count > 0 : Line(output, Broken) is not null;
        ground.KillSurvivors();
        return works ? (AttackVerdict.Held, "")
            : (AttackVerdict.NotTested, $"it does no harm outside the sandbox either: {output.Trim().Split('\n')[^1]}");
    }

    private string RunOutside(Attack attack, string folder, string[] prefix)
    {
        const string inFolder = "cd \"$1\" && shift && exec \"$@\"";
        string[] variables = ["PATH=/usr/bin:/bin:/usr/sbin:/sbin", $"{AttackSuite.CanaryVariable}={ground.Canary}", $"HOME={folder}"];
        string[] command = [ground.Options.Python, "-B", "solution.py"];
        string file = "solution.py";
        if (attack.Language == ProgramLanguage.CSharp)
        {
            (file, command, variables) = CSharpControl.Command(Limits(attack), variables);
        }

        File.WriteAllText(Path.Combine(folder, file), Source(attack, 0));
        return ShortCommand.Run(["/bin/sh", "-c", inFolder, "sh", folder, .. prefix, .. command], variables, ControlPatience).Output;
    }

    private bool LinkLeadsToCanary()
    {
        string link = Path.Combine(ground.Folder, "control.csv");
        File.CreateSymbolicLink(link, ground.Files[0]);
        bool leads = File.ReadAllText(link).Contains(ground.Canary, StringComparison.Ordinal);
        File.Delete(link);
        return leads;
    }

    private ExecutionLimits Limits(Attack attack) => ground.Options.IsFull ? attack.FullLimits ?? attack.Limits : attack.Limits;

    private static string? Line(string output, string beginning) =>
        output.Split('\n').FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal))?[beginning.Length..].Trim();

    private static string Source(Attack attack, int round) => attack.Language == ProgramLanguage.Python
        ? Resource.Text("prelude.py") + Resource.Text(attack.Programs[round])
        : Resource.Text(attack.Programs[round]).Replace("«", new string('(', DeepNesting), StringComparison.Ordinal).Replace("»", new string(')', DeepNesting), StringComparison.Ordinal);
}
