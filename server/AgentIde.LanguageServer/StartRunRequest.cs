namespace AgentIde.LanguageServer;

/// <summary>A run that an editor asks for; what is null is the task's or the program's own default.</summary>
/// <param name="WorkspaceRoot">Absolute path of the folder whose <c>.agentide</c> gets the run.</param>
/// <param name="TaskFolder">Absolute path, inside the workspace.</param>
/// <param name="Dollars">What all its calls to models may cost.</param>
/// <param name="Tokens">Of all its calls to models, input and output.</param>
/// <param name="Engineer">The built-in one, or models by their names. Their keys are in the server's own environment.</param>
/// <param name="SolutionFile">Absolute path of the file that apply writes.</param>
public sealed record StartRunRequest(
    string WorkspaceRoot,
    string TaskFolder,
    string? SolutionFile = null,
    int? Nodes = null,
    double? Seconds = null,
    long? Seed = null,
    string? Engineer = null,
    decimal? Dollars = null,
    long? Tokens = null);
