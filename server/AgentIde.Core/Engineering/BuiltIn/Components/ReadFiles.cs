namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Reads the task's files; test in the order of the sample, so that predictions need no sorting later.</summary>
internal sealed class ReadFiles : Component
{
    public override string Name => "read-files";

    public override Block Block => Block.Load;

    public override bool IsStructure => true;

    public override bool Fits(Problem problem) => true;

    public override string Why(Script script, Part part) =>
        "the public files; test in the order of the sample, so that predictions need no sorting.";

    public override void Write(Script script, Part part)
    {
        string order = script.Recipe.Has(Mends.SafeSubmission.Key) ? "" : $"\ntest = test.set_index({script.Id}).loc[sample[{script.Id}]].reset_index()";
        script.Segment(Block, Why(script, part), $"""
            train = pd.read_csv("input/train.csv")
            test = pd.read_csv("input/test.csv")
            sample = pd.read_csv("input/sample_submission.csv"){order}
            """);
    }
}
