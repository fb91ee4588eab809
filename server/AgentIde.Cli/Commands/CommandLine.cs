using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;

namespace AgentIde.Cli.Commands;

/// <summary>The table of commands, and the one place where errors become a message and an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("Runs a machine-learning engineer on a task: it drafts, runs, debugs and improves solution code in a sandbox, scored on a blind holdout.");
        foreach (Command command in args is ["grade", ..] ? [GradeCommand.Create()] : All())
        {
            root.Add(command);
        }

        ParseResult parsed = root.Parse(args);
        bool isJson = args.Contains("--json");
        if (parsed.Errors.Count > 0)
        {
            string what = parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [{ } unknown, ..] ? $"There is no command '{Path(parsed.CommandResult)}{unknown}'." : Message(parsed.Errors[0]);
            return Complain(new CommandException(ExitCode.BadUsage, $"{what} (agentide {Path(parsed.CommandResult)}--help tells more)"), isJson);
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = PatienceOf(parsed) });
        }
        catch (OperationCanceledException)
        {
            return Report(new FailureReport("interrupted", ExitCode.Interrupted), isJson);
        }
        catch (Exception error) when (RunnerHost.Translate(error) is { } known)
        {
            return Complain(known, isJson);
        }
    }

    /// <summary>To make them takes longer than some of them: where the first word names a short one, it is made alone.</summary>
    private static IEnumerable<Command> All() =>
    [
        RunCommand.Create(),
        RunsCommand.Create(),
        ShowCommand.Create(),
        ReplayCommand.Create(),
        AuditCommand.Create(),
        SimulateCommand.Create(),
        ImportCommand.Create(),
        ApplyCommand.Create(),
        PrCommand.Create(),
        TaskCommand.Create(),
        GradeCommand.Create(),
        BenchCommand.Create(),
        ScaleCommand.Create(),
        SteerCommands.Hint(),
        BranchCommand.Create(),
        SteerCommands.Reject(),
        BudgetCommand.Create(),
        AbandonCommand.Create(),
        SandboxCommand.Create(),
        DoctorCommand.Create(),
        new Command("lsp", "The language server, on standard input and output: started by an editor.\n\nExample: agentide lsp"),
        new Command("dap", "The debug adapter, on standard input and output: started by a debugger, which steps through the runs of this folder.\n\nExample: agentide dap"),
    ];

    /// <summary>How long a command may take to leave once it was told to: a group waits until its runs have left.</summary>
    private static TimeSpan PatienceOf(ParseResult parsed) =>
        TimeSpan.FromSeconds(parsed.CommandResult is { Command.Name: "run", Parent: CommandResult { Command.Name: "bench" } } or { Command.Name: "scale" } ? 120 : 2);

    /// <summary>The library's own message for a value of another type names types of .NET.</summary>
    private static string Message(ParseError error)
    {
        (Symbol? symbol, Type? type) = error.SymbolResult switch
        {
            ArgumentResult { Parent: OptionResult option } => ((Symbol)option.Option, option.Option.ValueType),
            ArgumentResult argument => (argument.Argument, argument.Argument.ValueType),
            OptionResult option => (option.Option, option.Option.ValueType),
            _ => (null, null),
        };
        string[] given = [.. error.SymbolResult?.Tokens.Select(token => token.Value) ?? []];
        if (symbol is null || given.Length == 0 || !error.Message.StartsWith("Cannot parse argument", StringComparison.Ordinal))
        {
            return error.Message;
        }

        type = Nullable.GetUnderlyingType(type!) ?? type!;
        string wanted = type == typeof(int) ? $"a whole number of at most {int.MaxValue}"
            : type == typeof(double) || type == typeof(decimal) ? "a number, such as 0.5"
            : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))}"
            : "another kind of value";
        return $"{symbol.Name} takes {wanted}, and not '{given[^1]}'.";
    }

    /// <summary>A command with those that it is part of: <c>sandbox attack</c>.</summary>
    private static string Path(CommandResult? command) =>
        command is null or { Command: RootCommand } ? "" : $"{Path(command.Parent as CommandResult)}{command.Command.Name} ";

    private static int Complain(CommandException problem, bool isJson)
    {
        string message = SafeText.Lines(problem.Message);
        Console.Error.WriteLine($"agentide: {message}");
        return Report(new FailureReport(message, problem.ExitCode), isJson && !problem.IsTold);
    }

    /// <summary>Whoever asked for JSON reads standard output: it has one document also where a command fails.</summary>
    private static int Report(FailureReport failure, bool isJson)
    {
        if (isJson)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(failure, ReportJsonContext.Default.FailureReport));
        }

        return failure.Code;
    }
}
