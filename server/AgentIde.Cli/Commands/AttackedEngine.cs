using System.CommandLine;
using AgentIde.Sandbox;

namespace AgentIde.Cli.Commands;

/// <summary>The options by which the engine under attack is chosen, for the command and for the process that it starts.</summary>
internal sealed class AttackedEngine
{
    private readonly Option<string> _sandbox = CommonOptions.Sandbox();
    private readonly Option<bool> _warm = new("--warm") { Description = "Keep Python loaded, as a run with --warm does." };

    public Option<string?> Python { get; } = new("--python") { Description = "The Python interpreter for candidates, instead of /usr/bin/python3." };

    public void AddTo(Command command)
    {
        command.Add(_sandbox);
        command.Add(Python);
        command.Add(_warm);
    }

    /// <exception cref="CommandException">There is no such engine.</exception>
    public SandboxEngine Open(ParseResult parsed)
    {
        string name = parsed.GetValue(_sandbox)!, python = parsed.GetValue(Python) is { } given ? Path.GetFullPath(given) : SandboxSettings.Default.Python;
        // Always warm, not when it happens to be: an attack on a warm Python must meet one.
        return SandboxEngines.Names.Contains(name)
            ? SandboxEngines.Create(name, new SandboxSettings(python, parsed.GetValue(_warm) ? PythonStart.Warm : PythonStart.Cold))
            : throw new CommandException(ExitCode.BadUsage, $"There is no sandbox '{name}': it is {string.Join(" or ", SandboxEngines.Names)}.");
    }

    /// <summary>The same choice, for another process.</summary>
    public string[] Arguments(ParseResult parsed) =>
    [
        _sandbox.Name, parsed.GetValue(_sandbox)!,
        .. parsed.GetValue(Python) is { } python ? [Python.Name, Path.GetFullPath(python)] : Array.Empty<string>(),
        .. parsed.GetValue(_warm) ? [_warm.Name] : Array.Empty<string>(),
    ];
}
