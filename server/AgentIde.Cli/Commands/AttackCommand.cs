using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Cli.Attacks;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide sandbox attack</c>: tries to break out, and to harm what takes a candidate's results.</summary>
internal static class AttackCommand
{
    private static readonly Option<string?> Only = new("--only") { Description = "Numbers of attacks, such as 1,2,20." };
    private static readonly Option<bool> Full = new("--full") { Description = "In the sizes that attackers would choose: minutes instead of seconds." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        SandboxFlags engine = new();
        Command command = new("attack", "Try to break out of the sandbox, and print what held.\n\nExample: agentide sandbox attack --only 1,20") { Only, Full, Json };
        engine.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, engine, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, SandboxFlags flags, CancellationToken cancellationToken)
    {
        int[]? numbers = Parse(parsed.GetValue(Only));
        bool asJson = parsed.GetValue(Json);
        SandboxChoice chosen = flags.Read(parsed);
        await using SandboxEngine engine = chosen.Attacked();
        using ProductTargets targets = new(engine, chosen.Arguments());
        AttackOptions options = AttackOptions.Default with
        {
            Python = chosen.Python ?? AttackOptions.Default.Python,
            IsFull = parsed.GetValue(Full),
            IsElsewhere = engine.IsElsewhere,
            Targets = targets.Targets,
        };
        long start = Stopwatch.GetTimestamp();
        SandboxReport report = await engine.Sandbox.ProbeAsync(cancellationToken);
        if (!asJson)
        {
            AttackView.Write(report);
            Console.Out.WriteLine();
        }

        ImmutableArray<AttackResult> attacks = await new AttackSuite(engine.Sandbox, options).RunAsync(
            numbers, asJson ? result => Console.Error.WriteLine(AttackView.Plain(result)) : AttackView.Write, cancellationToken);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        if (asJson)
        {
            AttackDocument document = new(
                report.Engine, report.Version, report.Interpreter, report.Guarantees, attacks,
                Count(attacks, AttackVerdict.Held), Count(attacks, AttackVerdict.Broken), Count(attacks, AttackVerdict.NotTested), Math.Round(time.TotalSeconds, 1));
            Console.Out.WriteLine(JsonSerializer.Serialize(document, AttackJson.Default.AttackDocument));
        }
        else
        {
            AttackView.WriteSum(attacks, time);
        }

        return Count(attacks, AttackVerdict.Broken) > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static int Count(ImmutableArray<AttackResult> attacks, AttackVerdict verdict) => attacks.Count(attack => attack.Result == verdict);

    /// <summary>Null for all.</summary>
    private static int[]? Parse(string? only)
    {
        int[]? numbers = only is null ? null : [.. only.Split(',').Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out int number) ? number : -1)];
        ImmutableArray<int> known = [.. AttackSuite.Catalogue.Select(attack => attack.Id)];
        return numbers is null || numbers.All(known.Contains)
            ? numbers
            : throw new CommandException(ExitCode.BadUsage, $"--only takes numbers from {known[0]} to {known[^1]}, with commas between them.");
    }
}

internal sealed record AttackDocument(
    string Engine, string Version, string Interpreter, ImmutableArray<Guarantee> Guarantees, ImmutableArray<AttackResult> Attacks, int Held, int Broken, int NotTested, double Seconds);

[JsonSerializable(typeof(AttackDocument))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class AttackJson : JsonSerializerContext;
