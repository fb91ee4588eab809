using AgentIde.Cli;
using AgentIde.Cli.Commands;
using AgentIde.Cli.Runner;

// The language server, the debug adapter and the runner start before anything of the command line is loaded: their start is felt.
return args switch
{
    ["lsp", ..] and not [_, "--help" or "-h" or "-?", ..] => await LanguageServerProcess.RunAsync(),
    ["dap", ..] and not [_, "--help" or "-h" or "-?", ..] => await DebugAdapterProcess.RunAsync(args[1..]),
    [RunnerProcess.Command, ..] => await RunnerHost.RunAsync(),
    _ => await CommandLine.RunAsync(args),
};
