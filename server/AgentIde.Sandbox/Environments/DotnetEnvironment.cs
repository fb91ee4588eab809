using System.Globalization;
using System.Runtime.InteropServices;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Environments;

/// <summary>
/// What C# candidates have: the .NET that runs this very program, and the folder <c>dotnet-ml</c> with the compiler,
/// ML.NET and the program that compiles or runs one of them.
/// </summary>
internal static class DotnetEnvironment
{
    /// <summary>Names the folder where it is not where it is looked for.</summary>
    internal const string Variable = "AGENTIDE_DOTNET_ML";

    private const string Host = "dotnet-ml.dll";

    /// <summary>Beside this program, where the set-up puts it; then among the user's own data.</summary>
    private static IEnumerable<string> Places =>
    [
        .. Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? [Path.GetFullPath(named)] : Array.Empty<string>(),
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "dotnet-ml")),
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "agentide", "environments", "dotnet-ml"),
    ];

    /// <exception cref="SandboxException">It isn't there, or showing it would show a home folder.</exception>
    internal static CandidateProgram Program(ExecutionStep step, ExecutionLimits limits)
    {
        string environment = Folder();
        return Program(step, limits, Root, environment, ShownFolders.Of($".NET with {environment}", [Root, environment]));
    }

    /// <summary>The same in the image that <see cref="FilesOfImage"/> are part of.</summary>
    internal static CandidateProgram InImage(ExecutionStep step, ExecutionLimits limits) => Program(step, limits, "/usr/share/dotnet", "/usr/share/dotnet-ml", []);

    /// <summary>What of this machine an image for C# candidates is made from, and where it lies there: the runtime alone of .NET, and dotnet-ml.</summary>
    /// <exception cref="SandboxException">It isn't there.</exception>
    internal static IEnumerable<(string File, string Entry)> FilesOfImage()
    {
        string environment = Folder();
        IEnumerable<string> runtime =
        [
            Path.Combine(Root, "dotnet"),
            .. Directory.EnumerateFiles(Path.Combine(Root, "host"), "*", SearchOption.AllDirectories),
            .. Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*", SearchOption.AllDirectories),
        ];
        return
        [
            .. runtime.Select(file => (file, Path.Combine("dotnet", Path.GetRelativePath(Root, file)))),
            .. Directory.EnumerateFiles(environment, "*", SearchOption.AllDirectories).Select(file => (file, Path.Combine("dotnet-ml", Path.GetRelativePath(environment, file)))),
        ];
    }

    /// <summary>…/shared/Microsoft.NETCore.App/10.0.0/ lies in the folder of .NET.</summary>
    private static string Root { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private static string Folder() => Places.FirstOrDefault(place => File.Exists(Path.Combine(place, Host)))
        ?? throw new SandboxException($"What C# candidates need, dotnet-ml, is not here ({string.Join(", ", Places)}): `make setup` in a clone of agentide builds it.");

    private static CandidateProgram Program(ExecutionStep step, ExecutionLimits limits, string root, string environment, IReadOnlyList<string> folders)
    {
        const string source = "solution.cs";
        (string file, string[] arguments) = step == ExecutionStep.Compile
            ? (source, (string[])["compile", source, ProgramLanguages.Assembly])
            : (ProgramLanguages.Assembly, ["run", ProgramLanguages.Assembly]);
        return new CandidateProgram(file, [Path.Combine(root, "dotnet"), "exec", Path.Combine(environment, Host), .. arguments], folders, "/usr/bin:/bin", Variables(limits));
    }

    private static Dictionary<string, string> Variables(ExecutionLimits limits) => new(StringComparer.Ordinal)
    {
        ["DOTNET_PROCESSOR_COUNT"] = limits.Cores.ToString(CultureInfo.InvariantCulture),
        // In hex. Without it the runtime reserves far more than it may have.
        ["DOTNET_GCHeapHardLimit"] = limits.ManagedHeapBytes.ToString("x", CultureInfo.InvariantCulture),
        ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
        ["DOTNET_EnableDiagnostics"] = "0",
        // It writes code through a file of several GiB, which the limit on file sizes would end.
        ["DOTNET_EnableWriteXorExecute"] = "0",
        ["DOTNET_TieredPGO"] = "0",
    };
}
