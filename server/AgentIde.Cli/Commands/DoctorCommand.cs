using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Sandboxes;
using AgentIde.GitHub.Git;
using AgentIde.Models.Editor;
using AgentIde.Models.Providers;
using AgentIde.Sandbox;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide doctor</c>: what is here, what is missing and what gets it, and which guarantees hold.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Clean = new("--clean") { Description = "Also remove what dead runs left: processes, control groups, temporary folders." };
    private static readonly Option<string?> Engineer = new("--engineer") { Description = "Also ask each model of this engineer's provider, in one cheap call, whether it takes the key and has the model." };
    private static readonly ModelFlags Models = new();
    private static readonly SandboxFlags Sandbox = new();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("doctor", "Show what is here, what is missing, and which guarantees each sandbox gives; with --sandbox, that one alone.\n\nExample: agentide doctor") { Clean, Engineer, Json };
        Models.AddTo(command);
        Sandbox.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        SandboxChoice chosen = Sandbox.Read(parsed);
        bool clean = parsed.GetValue(Clean);
        EngineReport first = await LookAsync(chosen, clean, cancellationToken);

        // Whoever asks for no engine wants to know what there is.
        List<EngineReport> others = [];
        foreach (string name in Sandbox.IsEngineGiven(parsed) ? [] : SandboxEngines.Names.Where(name => name != chosen.Engine))
        {
            others.Add(await LookAsync(SandboxChoice.Default with { Engine = name }, clean, cancellationToken));
        }

        ImmutableArray<CheckedModel> models = parsed.GetValue(Engineer) is { } engineer ? await CheckAsync(engineer, Models.Read(parsed), cancellationToken) : [];
        string version = typeof(DoctorCommand).Assembly.GetName().Version!.ToString(3);
        string runtime = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription;
        int? removed = clean ? first.Removed + others.Sum(other => other.Removed) + OwnRepository.RemoveLeftovers(Path.GetTempPath()) : null;
        if (parsed.GetValue(Json))
        {
            DoctorReport document = new(version, runtime, first.Report, first.Problem, first.CSharpProblem, removed, [.. others.Select(other => new OtherEngine(other.Engine, other.Report, other.Problem, other.CSharpProblem))], models);
            Console.Out.WriteLine(JsonSerializer.Serialize(document, DoctorJsonContext.Default.DoctorReport));
        }
        else
        {
            WriteText(version, runtime, first, removed, others, models);
        }

        return first.Problem is null && models.All(model => model.IsGood) ? ExitCode.Done : ExitCode.Missing;
    }

    private static async Task<ImmutableArray<CheckedModel>> CheckAsync(string engineer, EngineerFlags flags, CancellationToken cancellationToken)
    {
        await using EngineerChoice choice = await EngineerChoice.CreateAsync(engineer, flags, cancellationToken);
        ImmutableArray<CheckedModel>.Builder models = ImmutableArray.CreateBuilder<CheckedModel>();
        foreach (ProviderModel model in choice.Models)
        {
            ModelCheck check = await model.CheckAsync(cancellationToken);
            models.Add(new CheckedModel(model.Name, check.IsGood, check.Line, model.Price is not null));
        }

        foreach (EditorModel model in choice.EditorModels)
        {
            models.Add(new CheckedModel(model.Name, true, $"{model.Name} is asked through an editor that has this folder open and offers its models: VS Code with AgentIde. Nothing was asked now.", HasPrice: true));
        }

        return models.ToImmutable();
    }

    private static async Task<EngineReport> LookAsync(SandboxChoice choice, bool clean, CancellationToken cancellationToken)
    {
        int removed = 0;
        try
        {
            await using SandboxEngine engine = choice.Create();
            removed = clean ? (await engine.RemoveLeftovers(cancellationToken)).Length : 0;
            SandboxReport report = await engine.Sandbox.ProbeAsync(cancellationToken);
            return new EngineReport(choice.Engine, report, null, await CSharpProblemAsync(engine, cancellationToken), removed);
        }
        catch (SandboxException missing)
        {
            return new EngineReport(choice.Engine, null, missing.Message, null, removed);
        }
    }

    private static async Task<string?> CSharpProblemAsync(SandboxEngine engine, CancellationToken cancellationToken)
    {
        try
        {
            await engine.FindCSharp(cancellationToken);
            return null;
        }
        catch (SandboxException missing)
        {
            return missing.Message;
        }
    }

    private static void WriteText(string version, string runtime, EngineReport first, int? removed, IEnumerable<EngineReport> others, IEnumerable<CheckedModel> models)
    {
        TextWriter output = Console.Out;
        output.WriteLine($"agentide    {version} on {runtime}");
        if (removed is { } count)
        {
            output.WriteLine($"cleaned     {(count == 0 ? "nothing was left behind" : $"{Words.Count(count, "leftover")} of dead runs")}");
        }

        if (first.Report is not { } report)
        {
            output.WriteLine($"sandbox     missing: {SafeText.OneLine(first.Problem!, 400)}");
        }
        else
        {
            output.WriteLine($"sandbox     {report.Engine} {SafeText.OneLine(report.Version, 40)}");
            output.WriteLine($"candidates  {SafeText.OneLine(report.Interpreter, 200)}");
            output.WriteLine($"C#          {(first.CSharpProblem is { } problem ? $"missing: {SafeText.OneLine(problem, 300)}" : "ready, with --language csharp")}");
            foreach (Guarantee guarantee in report.Guarantees)
            {
                output.WriteLine($"  {(guarantee.Held ? "holds  " : "MISSING")}  {guarantee.Name,-12} {SafeText.OneLine(guarantee.How, 200)}");
            }
        }

        foreach (EngineReport other in others)
        {
            output.WriteLine($"{"--sandbox",-11} {other.Engine}: {Short(other)}");
        }

        foreach (CheckedModel model in models)
        {
            output.WriteLine($"{"model",-11} {SafeText.OneLine(model.Told, 300)}{(model.HasPrice ? "" : " Its price is not known: --price tells it.")}");
        }
    }

    private static string Short(EngineReport other) =>
        other.Report is not { } report ? SafeText.OneLine(other.Problem!, 300)
        : $"{SafeText.OneLine(report.Version, 40)}, {(report.Missing.Any() ? $"without {string.Join(", ", report.Missing.Select(missing => missing.Name))}" : "every guarantee holds")}{(other.CSharpProblem is { } problem ? $"; no C#: {SafeText.OneLine(problem, 300)}" : "")}";
}

/// <summary>What was seen of one engine: what it guarantees, or why it isn't there.</summary>
/// <param name="CSharpProblem">What C# candidates lack; null where they lack nothing, or the engine isn't there.</param>
internal sealed record EngineReport(string Engine, SandboxReport? Report, string? Problem, string? CSharpProblem, int Removed);

/// <param name="Told">One line: what its provider said.</param>
internal sealed record CheckedModel(string Name, bool IsGood, string Told, bool HasPrice);

internal sealed record OtherEngine(string Engine, SandboxReport? Sandbox, string? Problem, string? CSharpProblem);

internal sealed record DoctorReport(string Version, string Runtime, SandboxReport? Sandbox, string? Problem, string? CSharpProblem, int? Removed, ImmutableArray<OtherEngine> Others, ImmutableArray<CheckedModel> Models);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJsonContext : JsonSerializerContext;
