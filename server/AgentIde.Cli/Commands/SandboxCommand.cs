using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide sandbox attack|probe</c>: what the sandbox of this machine really holds.</summary>
internal static class SandboxCommand
{
    internal static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print exactly one JSON document on standard output." };
        SandboxFlags sandbox = new();
        Command probe = new("probe", "See by running which guarantees hold here. Example: agentide sandbox probe --json") { json };
        sandbox.AddTo(probe);
        probe.SetAction((arguments, cancellationToken) => ProbeAsync(sandbox.Read(arguments).Create(), arguments.GetValue(json), cancellationToken));
        return new Command("sandbox", "What the sandbox holds on this machine.\n\nExample: agentide sandbox attack") { AttackCommand.Create(), probe, Build(), HoldCommand.Create() };
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
            return ExitCode.Done;
        });
        return build;
    }

    private static async Task<int> ProbeAsync(SandboxEngine engine, bool json, CancellationToken cancellationToken)
    {
        await using (engine)
        {
            SandboxReport report = await engine.Sandbox.ProbeAsync(cancellationToken);
            if (json)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new ProbeDocument(report.Engine, report.Guarantees), ProbeJson.Default.ProbeDocument));
            }
            else
            {
                AttackView.Write(report);
            }

            return ExitCode.Done;
        }
    }
}

internal sealed record ProbeDocument(string Engine, ImmutableArray<Guarantee> Guarantees);

[JsonSerializable(typeof(ProbeDocument))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class ProbeJson : JsonSerializerContext;
