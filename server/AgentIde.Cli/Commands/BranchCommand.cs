using System.CommandLine;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide branch</c>: goes on from any node of a run, as the engineer thinks, or with a person's hint, plan or program.</summary>
internal static class BranchCommand
{
    private const long LargestFile = 1 << 20;

    private static readonly Argument<string> Run = CommonOptions.Run();
    private static readonly Argument<int> Node = new("NODE") { Description = "The number of a node." };
    private static readonly Option<string?> Try = new("--hint") { Description = "What is to be tried, in your words." };
    private static readonly Option<string?> Plan = new("--plan") { Description = "What is to be done, by your own plan; with --code what your program does." };
    private static readonly Option<string?> Code = new("--code") { Description = "A file with your own program: it is executed and scored as any other, and no engineer is asked." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("branch", "Ask for a node that comes from this one, before what the run would choose.\n\nExample: agentide branch last 3\n         agentide branch last 3 --code mine.py --plan \"drop the outliers\"") { Run, Node, Try, Plan, Code, Json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            int node = parsed.GetValue(Node);
            string? code = parsed.GetValue(Code) is { } file ? await ReadAsync(file, cancellationToken) : null;
            string with = code is not null ? " with your program" : parsed.GetValue(Plan) is not null ? " by your plan" : "";
            return await SteerCommands.AskAsync(
                parsed, Run, Json, by => new BranchRequest(by, node, parsed.GetValue(Try), parsed.GetValue(Plan), code), "branch", node, $"a branch of node {node}{with} comes next", cancellationToken);
        });
        return command;
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
