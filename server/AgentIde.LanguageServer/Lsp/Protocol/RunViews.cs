namespace AgentIde.LanguageServer.Lsp.Protocol;

// The few messages of our own, for what the protocol has no word for: the tree of runs and nodes.
internal sealed record RunsResult(IReadOnlyList<RunView> Runs);

internal sealed record RunChangedParams(string Run, long Seq);

/// <param name="After">The sequence number up to which the client knows the run; 0 for nothing of it.</param>
internal sealed record EventsParams(string Run, long After);

/// <param name="Seq">What to send as <c>after</c> next time.</param>
/// <param name="More">True where more nodes than one page holds have changed: ask again from <paramref name="Seq"/>.</param>
internal sealed record EventsResult(string Run, long Seq, RunView View, IReadOnlyList<NodeView> Nodes, bool? More);

/// <param name="Liveness"><c>live</c>, <c>paused</c>, <c>interrupted</c> or <c>finished</c>.</param>
/// <param name="Now">What is under way, for people.</param>
/// <param name="Spent">What was spent on models, for people: <c>$0.42 of $2.00, 81k tokens, 12 calls</c>; null where none was asked.</param>
/// <param name="Cost">The same in its shortest form: <c>$0.42 of $2.00</c>.</param>
/// <param name="Warning">Said once most of the budget for models is spent.</param>
/// <param name="Hint">The last hint that people gave the run.</param>
/// <param name="Rejected">How many nodes people want nothing more of; null for none.</param>
/// <param name="Imported">The program that made the run, where that was another one: <c>AIDE</c>. Its scores are claims, and nothing can be asked of it.</param>
/// <param name="From">The finished run that it goes on from; null for one that began with nothing.</param>
internal sealed record RunView(
    string Run,
    string Task,
    string Title,
    string Metric,
    string Direction,
    string Liveness,
    int Nodes,
    int ValidNodes,
    int BudgetNodes,
    BestView? Best,
    int? Chosen,
    double Seconds,
    string SolutionFile,
    string? Now,
    string? Spent,
    string? Cost,
    string? Warning,
    string? Hint,
    int? Rejected,
    string? Imported,
    string? From);

/// <param name="StandardError">Null where nobody measured it.</param>
/// <param name="Claimed">True where the score is what the code claims, graded by nobody here.</param>
/// <param name="ByFolds">True where it is over all folds of a train that is cut into them.</param>
internal sealed record BestView(int Node, double Score, double? StandardError, bool? Claimed, bool? ByFolds = null);

/// <param name="State"><c>thinking</c>, <c>executing</c>, <c>scoring</c>, <c>valid</c> or <c>buggy</c>; <c>unknown</c> where the file that an imported run comes from does not tell what became of it.</param>
/// <param name="Rejected">True where a person wants nothing more of it.</param>
/// <param name="Hint">What a person wanted to be tried with it.</param>
/// <param name="Gain">Against the first parent, in the metric's units; negative where worse.</param>
/// <param name="At">Seconds of the run, pauses left out, at which it was scored or had failed; null before, and where an imported run does not tell.</param>
/// <param name="Dollars">What the run had spent on models by then; null where no model with a price was asked.</param>
/// <param name="Tokens">The tokens that it had used by then; null where no model was asked.</param>
/// <param name="Claimed">True where the score is what the code claims, graded by nobody here.</param>
/// <param name="Author">Who wrote its program by hand; null where an engineer did.</param>
/// <param name="ByFolds">True where the score is over all folds of a train that is cut into them.</param>
internal sealed record NodeView(
    int Node,
    IReadOnlyList<int> Parents,
    string Operator,
    string Plan,
    string State,
    double? Score,
    double? StandardError,
    double? Gain,
    double? GainError,
    double? Claim,
    string? Failure,
    double? Seconds,
    bool Best,
    double? At,
    double? Dollars,
    long? Tokens,
    bool? Rejected,
    string? Hint,
    bool? Claimed,
    string? Author,
    bool? ByFolds = null);
