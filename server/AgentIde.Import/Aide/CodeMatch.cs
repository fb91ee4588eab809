namespace AgentIde.Import.Aide;

/// <summary>
/// Which of several programs a quoted one is: the very same; else the same but for what a formatter changes; else the most
/// alike, where it is alike enough. Of equals the newest.
/// </summary>
internal static class CodeMatch
{
    /// <summary>Of the lines of both together, the part that they must share.</summary>
    private const double LeastAlike = 0.6;

    /// <summary>Only so many of the newest are looked at for likeness: it costs more than sameness.</summary>
    private const int MostCompared = 200;

    /// <returns>The index, or null where none is like it.</returns>
    public static int? Find(string quoted, IReadOnlyList<KnownProgram?> programs)
    {
        KnownProgram wanted = new(quoted);
        int same = LastIndex(programs, program => program.Text == quoted);
        same = same >= 0 ? same : LastIndex(programs, program => program.Plain == wanted.Plain);
        return same >= 0 ? same : MostAlike(wanted, programs);
    }

    private static int? MostAlike(KnownProgram wanted, IReadOnlyList<KnownProgram?> programs)
    {
        (double most, int? found) = (LeastAlike, null);
        for (int index = Math.Max(0, programs.Count - MostCompared); index < programs.Count; index++)
        {
            double alike = programs[index] is { } program ? wanted.Alike(program) : 0;
            (most, found) = alike >= most ? (alike, index) : (most, found);
        }

        return found;
    }

    private static int LastIndex(IReadOnlyList<KnownProgram?> programs, Func<KnownProgram, bool> fits)
    {
        for (int index = programs.Count - 1; index >= 0; index--)
        {
            if (programs[index] is { } program && fits(program))
            {
                return index;
            }
        }

        return -1;
    }
}
