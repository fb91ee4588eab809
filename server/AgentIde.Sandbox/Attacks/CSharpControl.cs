using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;

namespace AgentIde.Sandbox.Attacks;

/// <summary>How a C# program is compiled and run outside the sandbox, to show what it does there.</summary>
internal static class CSharpControl
{
    private const string CompileAndRun = "n=$1; shift; c=; while [ $n -gt 0 ]; do c=\"$c $1\"; shift; n=$((n-1)); done; $c && exec \"$@\"";

    /// <summary>The name of the source, what compiles and runs it in its own folder, and the environment for that.</summary>
    /// <exception cref="SandboxException">What C# candidates need is not here.</exception>
    internal static (string File, string[] Command, string[] Variables) Command(ExecutionLimits limits, string[] variables)
    {
        CandidateProgram compiler = DotnetEnvironment.Program(ExecutionStep.Compile, limits), program = DotnetEnvironment.Program(ExecutionStep.Run, limits);
        return (
            compiler.File,
            ["/bin/sh", "-c", CompileAndRun, "sh", $"{compiler.Command.Count}", .. compiler.Command, .. program.Command],
            [.. variables, .. program.Variables.Select(pair => $"{pair.Key}={pair.Value}")]);
    }
}
