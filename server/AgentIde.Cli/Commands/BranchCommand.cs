using System.CommandLine;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide branch</c>: goes on from any node of a run, finished or not, as the engineer thinks, or with a person's hint, plan or program.</summary>
internal static class BranchCommand
{
    private const long LargestFile = 1 << 20;

    private static readonly Argument<string> Run = CommonOptions.Run();
    private static readonly Argument<int> Node = new("NODE") { Description = "The number of a node." };
    private static readonly Option<string?> Try = new("--hint") { Description = "What is to be tried, in your words." };
    private static readonly Option<string?> Plan = new("--plan") { Description = "What is to be done, by your own plan; with --code what your program does." };
    private static readonly Option<string?> Code = new("--code") { Description = "A file with your own program: it is executed and scored as any other, and no engineer is asked." };
    private static readonly Option<int?> Nodes = new("--nodes") { Description = "Of a run that has finished: nodes that the run may try beyond them that goes on from it; 1 where nothing is said." };
    private static readonly Option<string?> Time = new("--time") { Description = "Of a run that has finished: wall time that the other may take beyond it; 10m where nothing is said." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("branch", "Ask for a node that comes from this one, before what the run would choose.\n\nExample: agentide branch last 3\n         agentide branch last 3 --code mine.py --plan \"drop the outliers\"") { Run, Node, Try, Plan, Code, Nodes, Time, Json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            int node = parsed.GetValue(Node);
            string? code = parsed.GetValue(Code) is { } file ? await ReadAsync(file, cancellationToken) : null;
            string with = code is not null ? " with your program" : parsed.GetValue(Plan) is not null ? " by your plan" : "";
            int? nodes = parsed.GetValue(Nodes);
            TimeSpan? time = parsed.GetValue(Time) is { } text ? SearchFlags.Duration(text) : null;
            if (nodes is < 1)
            {
                throw new CommandException(ExitCode.BadUsage, "--nodes must be at least 1: the branch is one.");
            }

            Func<Journal, Budget>? more = nodes is null && time is null ? null : journal => RunForks.Extended(journal, nodes ?? RunForks.UsualNodes, time?.TotalSeconds ?? RunForks.UsualSeconds);
            return await SteerCommands.AskAsync(
                parsed, Run, Json, by => new BranchRequest(by, node, parsed.GetValue(Try), parsed.GetValue(Plan), code), "branch", node, $"a branch of node {node}{with} comes next", cancellationToken, more, parsed.GetValue(Code) is { } program ? journal => OtherLanguage(journal, program) : null);
        });
        return command;
    }

    /// <summary>Why a file is no program of the run's language by its name; null where it is.</summary>
    private static string? OtherLanguage(Journal journal, string file)
    {
        if (journal.Settings is not { Language: var language })
        {
            return null;
        }

        string ending = Path.GetExtension(language.FileName());
        return Path.GetExtension(file).Equals(ending, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"--code takes a program in the run's language, in a file that ends in {ending}: {file} does not.";
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        FileInfo file = new(path.Length > 0 ? path : throw new CommandException(ExitCode.BadUsage, "--code names no file."));
        if (!file.Exists || file.Length > LargestFile)
        {
            throw new CommandException(ExitCode.BadUsage, file.Exists ? $"{path} is too large for a program: it has {file.Length:N0} bytes." : $"There is no file {path}: --code names one with your program.");
        }

        try
        {
            return new UTF8Encoding(false, true).GetString(await File.ReadAllBytesAsync(file.FullName, cancellationToken)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException problem)
        {
            throw new CommandException(ExitCode.BadUsage, $"{path} is no text in UTF-8.", problem);
        }
    }
}
