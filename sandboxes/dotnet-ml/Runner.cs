using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;

namespace AgentIde.Environments;

/// <summary>Runs a compiled candidate in this process, with this folder's libraries at hand.</summary>
internal static class Runner
{
    public static int Run(string assembly)
    {
        MethodInfo main = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(assembly)).EntryPoint
            ?? throw new InvalidOperationException($"{assembly} has no entry point.");
        try
        {
            object? result = main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
            return result is int code ? code : 0;
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is { } error)
        {
            // As if nobody stood between: the runtime prints the error with its lines and aborts.
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }
}
