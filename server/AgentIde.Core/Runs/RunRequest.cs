using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>What a reader asks of the owner of a run; what it changes becomes an event there.</summary>
/// <param name="By">Who asks, for people: <c>nvim</c>, <c>agentide stop</c>.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "request")]
[JsonDerivedType(typeof(PauseRequest), "pause")]
[JsonDerivedType(typeof(ContinueRequest), "continue")]
[JsonDerivedType(typeof(StopRequest), "stop")]
[JsonDerivedType(typeof(AppliedRequest), "applied")]
public abstract record RunRequest(string By);

/// <param name="Name">What the store calls it: no other request of the run is ever called so.</param>
public sealed record WaitingRequest(string Name, RunRequest Request);

/// <summary>Wait before the next node.</summary>
public sealed record PauseRequest(string By) : RunRequest(By);

public sealed record ContinueRequest(string By) : RunRequest(By);

/// <summary>End the search: kill the execution under way, choose among what there is, refit if there is time.</summary>
/// <param name="Choose">False for Ctrl-C: leave at once, so that the run can be resumed.</param>
public sealed record StopRequest(string By, bool Choose) : RunRequest(By);

/// <summary>A node's code was written into a file of the user's.</summary>
public sealed record AppliedRequest(string By, int Node, Digest Code, string File) : RunRequest(By);
