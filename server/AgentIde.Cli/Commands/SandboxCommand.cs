using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide sandbox attack|probe</c>: what the sandbox of this machine really holds.</summary>
internal static class SandboxCommand
{
    private const int Done = 0, Failed = 1, BadUsage = 2, Missing = 4, Stopped = 130;

    internal static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print exactly one JSON document on standard output." };
        SandboxFlags sandbox = new();
        Option<string?> only = new("--only") { Description = "Numbers of attacks, such as 1,2,20." };

        Command attack = new("attack", "Try to break out of the sandbox, and print what held. Example: agentide sandbox attack --only 1,20") { only, json };
        sandbox.AddTo(attack);
        attack.SetAction((arguments, cancellationToken) =>
            RunAsync(sandbox.Read(arguments), arguments.GetValue(json), withAttacks: true, arguments.GetValue(only), cancellationToken));

        Command probe = new("probe", "See by running which guarantees hold here. Example: agentide sandbox probe --json") { json };
        sandbox.AddTo(probe);
        probe.SetAction((arguments, cancellationToken) =>
            RunAsync(sandbox.Read(arguments), arguments.GetValue(json), withAttacks: false, only: null, cancellationToken));

        return new Command("sandbox", "What the sandbox holds on this machine.") { attack, probe, Build() };
    }

    private static Command Build()
    {
        Argument<string> name = new("IMAGE") { Description = $"For which candidates: {string.Join(" or ", DockerImage.Names)}.", DefaultValueFactory = _ => DockerImage.Python };
        name.AcceptOnlyFromAmong([.. DockerImage.Names]);
        Option<string?> network = new("--network") { Description = "The network of the build, such as host; the engine's own unless it is named." };
        Command build = new("build", "Make the image of candidates for --sandbox docker, of Python unless dotnet-ml is named. Example: agentide sandbox build") { name, network };
        build.SetAction(async (arguments, cancellationToken) =>
        {
            (string tag, string digest) = await DockerImage.BuildAsync(
                DockerOptions.Default(), arguments.GetValue(name)!, arguments.GetValue(network), line => Console.Error.WriteLine(line), cancellationToken);
            Console.Out.WriteLine($"{tag} is {digest}");
            return Done;
        });
        return build;
    }

    private static async Task<int> RunAsync(SandboxChoice chosen, bool json, bool withAttacks, string? only, CancellationToken cancellationToken)
    {
        int[]? numbers = Parse(only);
        if (numbers is not null && numbers.Except(AttackSuite.Catalogue.Select(attack => attack.Id)).Any())
        {
            await Console.Error.WriteLineAsync($"--only takes numbers of {string.Join(", ", AttackSuite.Catalogue.Select(attack => attack.Id))}, with commas between them.");
            return BadUsage;
        }

        await using SandboxEngine engine = chosen.Create();
        try
        {
            SandboxReport report = await engine.Sandbox.ProbeAsync(cancellationToken);
            ImmutableArray<AttackResult> attacks = withAttacks
                ? await new AttackSuite(engine.Sandbox, AttackOptions.Default with { Python = chosen.Python ?? AttackOptions.Default.Python }).RunAsync(numbers, Announce, cancellationToken)
                : [];
            await Console.Out.WriteLineAsync(json
                ? JsonSerializer.Serialize(new SandboxDocument(report.Engine, report.Guarantees, attacks), SandboxJson.Default.SandboxDocument)
                : Text(report, attacks));
            return attacks.Any(attack => attack.Result == AttackVerdict.Broken) ? Failed : Done;
        }
        catch (SandboxException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return Missing;
        }
        catch (OperationCanceledException)
        {
            return Stopped;
        }
    }

    private static void Announce(AttackResult result) => Console.Error.WriteLine(Line(result));

    private static string Line(AttackResult result) =>
        $"{result.Id,3}  {Word(result.Result),-10}  {result.Name}{(result.Reason.Length > 0 ? $" ({result.Reason})" : "")}";

    private static string Text(SandboxReport report, ImmutableArray<AttackResult> attacks)
    {
        IEnumerable<string> lines =
        [
            $"{report.Engine} {report.Version}, {report.Interpreter}",
            .. report.Guarantees.Select(guarantee => $"  {guarantee.Name,-12} {(guarantee.Held ? "held    " : "NOT HELD")}  {guarantee.How}"),
            .. attacks.Length == 0 ? [] : new[] { string.Join(", ", attacks.GroupBy(attack => attack.Result).Select(group => $"{group.Count()} {Word(group.Key)}")) },
        ];
        return string.Join('\n', lines);
    }

    private static string Word(AttackVerdict verdict) => verdict switch
    {
        AttackVerdict.Held => "held",
        AttackVerdict.Broken => "broken",
        _ => "not tested",
    };

    /// <summary>Null for all; a number that is none becomes one that no attack has.</summary>
    private static int[]? Parse(string? only) =>
        only is null ? null : [.. only.Split(',').Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out int number) ? number : -1)];
}

internal sealed record SandboxDocument(string Engine, ImmutableArray<Guarantee> Guarantees, ImmutableArray<AttackResult> Attacks);

[JsonSerializable(typeof(SandboxDocument))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class SandboxJson : JsonSerializerContext;
