namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>The submission in the sample's order and form, and the program's own word on its score.</summary>
internal sealed class WriteFiles : Component
{
    public override string Name => "write-files";

    public override Block Block => Block.Write;

    public override bool IsStructure => true;

    public override bool Fits(Problem problem) => true;

    public override string Why(Script script, Part part) =>
        "the submission in the sample's form, and the out-of-fold predictions and score for whoever checks or blends.";

    public override void Write(Script script, Part part)
    {
        Problem problem = script.Problem;
        string target = PythonText.Quote(problem.Task.Targets is [var only, ..] ? only : problem.Task.Label);
        string known = script.Problem.TrainHasIds ? $"{script.Id}: train[{script.Id}], " : "";
        (string submit, string kept) = problem switch
        {
            { Goal: Goal.Number } => ($"sample[{target}] = {(problem.Metric == "rmsle" ? "np.clip(outside, 0, None)" : "outside")}", "\"prediction\": inside"),
            { Task.Metric.Predicts: Runs.PredictionKind.Probability } => ($"sample[{target}] = outside[:, 1]", "\"prediction\": inside[:, 1]"),
            { Task.Metric.Predicts: Runs.PredictionKind.Labels } => ($"sample[{target}] = classes[outside.argmax(axis=1)]", "\"prediction\": classes[inside.argmax(axis=1)]"),
            _ => ($"sample[sample.columns[sample.columns != {script.Id}]] = outside", "**dict(zip(classes, inside.T))"),
        };
        string guard = script.Recipe.Has(Mends.SafeSubmission.Key) ? $"\n{Mends.SafeSubmission.Lines(script)}" : "";
        string entries = $"{{{known}{kept}}}";
        script.Segment(Block, Why(script, part), $$"""
            inside, outside = np.split({{script.Back("guess")}}, [len(y)])
            {{submit}}{{guard}}
            sample.to_csv("submission.csv", index=False, float_format="%.8g")
            os.makedirs("working", exist_ok=True)
            pd.DataFrame({{entries}}).to_csv("working/oof.csv", index=False, float_format="%.6g")
            result = float(score(inside))
            pd.Series({"score": result, "folds": len(folds)}).to_json("working/meta.json")
            print(f"score: {result:.6f}")
            """);
    }
}
