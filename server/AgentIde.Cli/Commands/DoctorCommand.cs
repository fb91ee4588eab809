using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide doctor</c>: what is here, what is missing and what gets it, and which guarantees hold.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Clean = new("--clean") { Description = "Also remove what dead runs left: processes, control groups, temporary folders." };
    private static readonly SandboxFlags Sandbox = new();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("doctor", "Show what is here, what is missing, and which guarantees the sandbox gives.\n\nExample: agentide doctor") { Clean, Json };
        Sandbox.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using SandboxEngine engine = Sandbox.Read(parsed).Create();
        int? removed = parsed.GetValue(Clean) ? (await engine.RemoveLeftovers(cancellationToken)).Length : null;
        SandboxReport? report = null;
        string? problem = null;
        try
        {
            report = await engine.Sandbox.ProbeAsync(cancellationToken);
        }
        catch (SandboxException missing)
        {
            problem = missing.Message;
        }

        string version = typeof(DoctorCommand).Assembly.GetName().Version!.ToString(3);
        string runtime = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription;
        if (parsed.GetValue(Json))
        {
            DoctorReport document = new(version, runtime, report, problem, removed);
            Console.Out.WriteLine(JsonSerializer.Serialize(document, DoctorJsonContext.Default.DoctorReport));
        }
        else
        {
            WriteText(version, runtime, report, problem, removed);
        }

        return problem is null ? ExitCode.Done : ExitCode.Missing;
    }

    private static void WriteText(string version, string runtime, SandboxReport? report, string? problem, int? removed)
    {
        TextWriter output = Console.Out;
        output.WriteLine($"agentide    {version} on {runtime}");
        if (removed is { } count)
        {
            output.WriteLine($"cleaned     {(count == 0 ? "nothing was left behind" : $"{Words.Count(count, "leftover")} of dead runs")}");
        }

        if (report is null)
        {
            output.WriteLine($"sandbox     missing: {SafeText.OneLine(problem!, 400)}");
            return;
        }

        output.WriteLine($"sandbox     {report.Engine} {SafeText.OneLine(report.Version, 40)}");
        output.WriteLine($"candidates  {SafeText.OneLine(report.Interpreter, 200)}");
        foreach (Guarantee guarantee in report.Guarantees)
        {
            output.WriteLine($"  {(guarantee.Held ? "holds  " : "MISSING")}  {guarantee.Name,-12} {SafeText.OneLine(guarantee.How, 200)}");
        }
    }
}

internal sealed record DoctorReport(string Version, string Runtime, SandboxReport? Sandbox, string? Problem, int? Removed);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJsonContext : JsonSerializerContext;
