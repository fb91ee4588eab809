using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Attacks;

/// <summary>On whoever takes what a candidate leaves, prints and tells.</summary>
internal static class OutputAttacks
{
    private static readonly string[] Changing = [.. Enumerable.Range(0, 24).Select(number => $"submission-{number}.csv")];

    internal static ImmutableArray<Attack> All { get; } =
    [
        new(29, "outputs that are links", ["files"], "29_linked_outputs.py")
        {
            Control = AttackControl.OnTheGround,
            Collect = ["passwd.csv", "canary.csv", "relative.csv", "input.csv", "dangling.csv", "loop.csv", "folder/answers.csv", "magic.csv", "submission/submission.csv"],
            Judge = NothingWasTaken,
        },
        new(30, "outputs that are no files", ["files"], "30_strange_outputs.py")
        {
            Control = AttackControl.OnTheGround,
            Collect = ["fifo.csv", "directory.csv", "socket.csv", "device.csv", "memory.csv", "submission/answers.csv"],
            Judge = NothingWasTaken,
        },
        new(31, "outputs that change", ["files", "containment"], [.. Enumerable.Repeat("31_changing_outputs.py", 2)]) { Collect = [.. Changing], Judge = TakenAsWrittenOrRefused },
        new(32, "outputs that are hard links", ["files"], "32_hard_links.py") { Collect = ["submission.csv", "second.csv", "third.csv", "fourth.csv", "fifth.csv"], Judge = NothingIsThere },
        new(33, "hostile submissions", [], "33_hostile_submissions.py")
        {
            Collect = [.. HostileSubmissions.Names],
            Lacks = options => options.Targets.GradeAsync is null ? "there is no grader here: agentide sandbox attack has one" : null,
            FollowAsync = HostileSubmissions.AreRefusedAsync,
        },
        new(36, "false reports", [], "36_false_reports.py") { MustEnd = Attack.Never, Judge = IsBelievedInNothing },
        new(37, "hostile text", [], "37_hostile_text.py")
        {
            Lacks = options => options.Targets.Show is null ? "there is nothing here that shows output to people: agentide sandbox attack has it" : null,
            MustEnd = Attack.Never,
            Judge = HostileText.IsInertWhereItIsShown,
        },
        new(39, "finding the holdout", [], "39_holdout.py")
        {
            Collect = [HoldoutGuesses.File],
            Lacks = options => options.Targets.CutAsync is null ? "there is nothing here that cuts a blind holdout: agentide sandbox attack has it" : null,
            LayAsync = HoldoutGuesses.LayAsync,
            Judge = HoldoutGuesses.TellNothing,
        },
    ];

    internal static string? NothingWasTaken(Observation seen)
    {
        foreach (CollectedFile file in seen.Result.Files)
        {
            if (file.Bytes is not null)
            {
                return $"{file.Name} was taken as if it were a file";
            }

            if (file.Problem is null)
            {
                return $"{file.Name} was not refused";
            }
        }

        return null;
    }

    private static string? NothingIsThere(Observation seen) =>
        seen.Result.Files.FirstOrDefault(file => file.Bytes is not null) is { } taken ? $"{taken.Name} was taken" : null;

    private static string? TakenAsWrittenOrRefused(Observation seen)
    {
        foreach (CollectedFile file in seen.Result.Files)
        {
            if (file.Bytes is { } bytes ? !bytes.Span.SequenceEqual("id,y\n"u8) : file.Problem is null)
            {
                return $"{file.Name} was neither taken as it was written nor refused: {file.Problem ?? "other bytes"}";
            }
        }

        return ProcessAttacks.NothingSurvives(seen);
    }

    /// <summary>Its end is the kernel's word, and what it printed came out whole, as text.</summary>
    private static string? IsBelievedInNothing(Observation seen)
    {
        string output = Encoding.UTF8.GetString(seen.Result.Output.Span);
        return seen.Result is not { Ending: Ending.Exited, ExitCode: 3, Signal: null, OutOfMemory: false } ? $"it ended with exit code 3, and counts as {seen.Result.Ending} with {seen.Result.ExitCode}"
            : seen.Result.OutputBytes != seen.Result.Output.Length ? "of what it printed another length is told"
            : !output.StartsWith("BEGIN\n", StringComparison.Ordinal) || !output.EndsWith("END\n", StringComparison.Ordinal) || !output.Contains("COMPLETED 0:0", StringComparison.Ordinal)
                || !output.Contains("\u0001\0\0\0\0\0\0\u0007exit 0\n", StringComparison.Ordinal) ? "what it printed did not come out as it was"
            : null;
    }
}
