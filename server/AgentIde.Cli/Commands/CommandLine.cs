using System.CommandLine;
using System.CommandLine.Parsing;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;

namespace AgentIde.Cli.Commands;

/// <summary>The table of commands, and the one place where errors become a message and an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("Runs a machine-learning engineer on a task: it drafts, runs, debugs and improves solution code in a sandbox, scored on a blind holdout.")
        {
            RunCommand.Create(),
            RunsCommand.Create(),
            ShowCommand.Create(),
            ReplayCommand.Create(),
            ImportCommand.Create(),
            ApplyCommand.Create(),
            PrCommand.Create(),
            TaskCommand.Create(),
            SteerCommands.Hint(),
            BranchCommand.Create(),
            SteerCommands.Reject(),
            BudgetCommand.Create(),
            AbandonCommand.Create(),
            SandboxCommand.Create(),
            DoctorCommand.Create(),
            new Command("lsp", "The language server, on standard input and output: started by an editor.\n\nExample: agentide lsp"),
            new Command("dap", "The debug adapter, on standard input and output: started by a debugger, which steps through the runs of this folder.\n\nExample: agentide dap"),
        };
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            string what = parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens is [{ } unknown, ..] ? $"There is no command '{unknown}'." : parsed.Errors[0].Message;
            return Complain(new CommandException(ExitCode.BadUsage, $"{what} (agentide {Path(parsed.CommandResult)}--help tells more)"));
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception error) when (RunnerHost.Translate(error) is { } known)
        {
            return Complain(known);
        }
    }

    /// <summary>A command with those that it is part of: <c>sandbox attack</c>.</summary>
    private static string Path(CommandResult? command) =>
        command is null or { Command: RootCommand } ? "" : $"{Path(command.Parent as CommandResult)}{command.Command.Name} ";

    private static int Complain(CommandException problem)
    {
        Console.Error.WriteLine($"agentide: {SafeText.Lines(problem.Message)}");
        return problem.ExitCode;
    }
}
