using System.CommandLine;
using AgentIde.Sandbox;

namespace AgentIde.Cli.Commands;

/// <summary>A process that holds an execution until somebody kills it: started by an attack on what it leaves then.</summary>
internal static class HoldCommand
{
    public const string Name = "hold";

    public static Command Create()
    {
        SandboxFlags engine = new();
        Argument<string> process = new("PROCESS"), input = new("INPUT");
        Command command = new(Name) { process, input };
        command.Hidden = true;
        engine.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using SandboxEngine opened = engine.Read(parsed).Attacked();
            AttackSuite suite = new(opened.Sandbox, AttackOptions.Default);
            await suite.HoldAsync(parsed.GetValue(process)!, parsed.GetValue(input)!, () => Console.Out.WriteLine(AttackSuite.Holding), cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
