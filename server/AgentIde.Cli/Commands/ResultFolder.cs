using AgentIde.Cli.Terminal;

namespace AgentIde.Cli.Commands;

/// <summary>
/// The folder of <c>--out</c>. Whether the result can be put there is found out before the run, by making a file there:
/// nobody wants to learn it after ten minutes.
/// </summary>
internal static class ResultFolder
{
    private static readonly string[] Names = ["solution.py", "solution.cs", "submission.csv"];

    /// <summary>Makes the folder where it is missing.</summary>
    /// <exception cref="CommandException">The result can't be put there.</exception>
    public static void Prepare(string folder)
    {
        if (File.Exists(folder))
        {
            throw Refusal(folder, "that is a file, and a folder is needed");
        }

        if (Names.FirstOrDefault(name => Directory.Exists(Path.Combine(folder, name))) is { } taken)
        {
            throw Refusal(folder, $"{taken} is a folder there");
        }

        Try(folder, () =>
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, $".agentide-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        });
    }

    public static void Copy(string solution, string submission, string folder) => Try(folder, () =>
    {
        Directory.CreateDirectory(folder);
        foreach (string from in (string[])[solution, submission])
        {
            File.Copy(from, Path.Combine(folder, Path.GetFileName(from)), overwrite: true);
        }
    });

    private static void Try(string folder, Action work)
    {
        try
        {
            work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refusal(folder, $"{Person.Name} can't write there", error);
        }
    }

    private static CommandException Refusal(string folder, string why, Exception? error = null) =>
        new(ExitCode.BadUsage, $"The result can't be put into {Path.GetFullPath(folder)}: {why}. Name a folder of yours with --out, or leave it out: the result lies in the run's own folder in any case.", error);
}
