using AgentIde.Core.Runs;

namespace AgentIde.Models.Providers;

/// <param name="Problem">Null where the key is good and the model is there.</param>
/// <param name="Line">One line for the user.</param>
public sealed record ModelCheck(CallProblem? Problem, string Line)
{
    public bool IsGood => Problem is null;

    internal static ModelCheck Good(string line) => new(null, line);

    internal static ModelCheck Of(ModelException problem) => new(problem.Problem, problem.Message);
}
