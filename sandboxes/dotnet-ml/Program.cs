using AgentIde.Environments;

// The one program of this environment, run inside the sandbox: it compiles a candidate, or runs a compiled one.
return args switch
{
    ["compile", var source, var assembly] => Compiler.Compile(source, assembly),
    ["run", var assembly] => Runner.Run(assembly),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: dotnet-ml compile SOURCE ASSEMBLY | run ASSEMBLY");
    return 2;
}
