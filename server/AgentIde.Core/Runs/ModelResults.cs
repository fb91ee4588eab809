namespace AgentIde.Core.Runs;

/// <summary>What a model was asked for, what it cost, and how what its code claims compares with the grades.</summary>
/// <param name="Outlay">Of all its calls.</param>
/// <param name="Nodes">Nodes whose program, or last answer, reviews aside, was this model's.</param>
/// <param name="Valid">Those of them that have a score.</param>
/// <param name="Claims">Those of them whose code claims a score of its own.</param>
/// <param name="Overclaim">By how much the claims are better than the grades, in the mean and in the metric's units; negative where they are worse, null where nothing is claimed.</param>
public sealed record ModelResults(string Model, Outlay Outlay, int Nodes, int Valid, int Claims, double? Overclaim)
{
    /// <summary>By the model's name.</summary>
    public static IEnumerable<ModelResults> Of(Journal journal)
    {
        ILookup<string, Node> nodes = journal.Nodes
            .Select(node => (Node: node, Answered: journal.AnswerOf(node)))
            .Where(entry => entry.Answered is not null)
            .ToLookup(entry => entry.Answered!.Model, entry => entry.Node);
        foreach ((string model, Outlay outlay) in journal.Spending.ByModel)
        {
            Node[] its = [.. nodes[model]];
            double[] gains = [.. its.Where(node => node.Score is { Kind: ScoreKind.Verified, Claim: not null }).Select(node => journal.Task!.Metric.Gain(node.Score!.Claim!.Value, node.Score.Value))];
            yield return new ModelResults(model, outlay, its.Length, its.Count(node => node.IsValid), gains.Length, gains.Length > 0 ? gains.Average() : null);
        }
    }
}
