using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>Each id once, no gaps, nothing out of range: for files that the grader refused.</summary>
internal sealed class SafeSubmission : Mend
{
    public const string Key = "safe-submission";

    public override string Name => Key;

    public override Block Block => Block.Load;

    public override int Rank => 0;

    public override bool IsOfTheData => true;

    public override string Why(Script script, Part part) => "each id once in test and sample, and each id of the sample has its row: the grader refused anything else.";

    public override void Write(Script script, Part part) => script.Segment(Block, Why(script, part), $"""
        sample = sample.drop_duplicates({script.Id}).reset_index(drop=True)
        test = test.drop_duplicates({script.Id}).set_index({script.Id}).reindex(sample[{script.Id}]).reset_index()
        """);

    /// <summary>What goes in before the file is written.</summary>
    public static string Lines(Script script)
    {
        string columns = $"sample.columns[sample.columns != {script.Id}]";
        return script.Problem switch
        {
            { Goal: Goal.Number } => $"sample[{columns}] = sample[{columns}].replace([np.inf, -np.inf], np.nan).fillna(np.median(target)).clip(target.min(), target.max())",
            { Task.Metric.Predicts: PredictionKind.Labels } => $"sample[{columns}] = sample[{columns}].fillna(classes[np.bincount(y).argmax()])",
            { Goal: Goal.TwoClasses } => $"sample[{columns}] = sample[{columns}].fillna(y.mean()).clip(0, 1)",
            _ => $"sample[{columns}] = sample[{columns}].fillna(1 / len(classes)).clip(0, 1)",
        };
    }

    /// <summary>What goes in before the file is written, in C#.</summary>
    public static string LinesCSharp(Script script)
    {
        string otherwise = script.Problem.Goal switch
        {
            Goal.Number => "target.Order().ElementAt(target.Length / 2)",
            Goal.TwoClasses => "y.Average()",
            _ => "1.0 / classes.Length",
        };
        return $"double otherwise = {otherwise};\nresult = [.. result.Select(row => row.Select(value => double.IsFinite(value) ? value : otherwise).ToArray())];";
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom)
    {
        bool refused = symptom.Kind is FailureKind.BadSubmission
            || symptom.Says("does not match length of index", "cannot reindex", "cannot handle a non-unique", "Length of values", "with the same key has already been added")
            || (symptom.Block == "load" && ((symptom.Says("KeyError") && symptom.Says("not in index")) || symptom.Says("was not present in the dictionary")));
        return refused && !recipe.Has(Key)
            ? new Repair("Writes each id once, without gaps or values out of range: the submission was refused.", recipe.Add(Part.Of(Key)))
            : null;
    }
}
