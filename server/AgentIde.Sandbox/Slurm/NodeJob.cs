using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;

namespace AgentIde.Sandbox.Slurm;

/// <summary>What a node is asked to do; the candidate's code lies beside it.</summary>
/// <param name="Program">How the candidate is started; null to probe the node's own sandbox instead.</param>
/// <param name="Input">Absolute path in the shared folder.</param>
/// <param name="Follow">Whether somebody reads the output while it comes.</param>
internal sealed record NodeJob(
    string Name,
    string Python,
    CandidateProgram? Program,
    string Input,
    ExecutionLimits Limits,
    ImmutableArray<OutputFile> Collect,
    ImmutableDictionary<string, string> Environment,
    bool Follow);

/// <param name="Node">Slurm's name of it.</param>
/// <param name="Problem">Why the node's sandbox failed; null where it did not.</param>
/// <param name="Terminated">Whether Slurm told the job to end before it had.</param>
/// <param name="Execution">Without its files.</param>
/// <param name="Files">In the order in which they were asked for.</param>
/// <param name="Report">Of a probe.</param>
internal sealed record NodeResult(
    string Node, string? Problem, bool Terminated, ExecutionResult? Execution, ImmutableArray<NodeFile> Files, SandboxReport? Report);

/// <summary>A collected file whose bytes lie beside the result.</summary>
/// <param name="Digest">SHA-256 of the bytes; null where there are none.</param>
internal sealed record NodeFile(string Name, string? Path, string? Problem, string? Digest);

[JsonSerializable(typeof(NodeJob))]
[JsonSerializable(typeof(NodeResult))]
internal sealed partial class NodeJson : JsonSerializerContext;
