namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>The submission in the sample's order and form, and the program's own word on its score.</summary>
internal sealed class WriteFiles : Component
{
    public override string Name => "write-files";

    public override Block Block => Block.Write;

    public override bool IsStructure => true;

    public override bool Fits(Problem problem) => true;

    public override string Why(Script script, Part part) =>
        "the submission in the form of the sample; beside it the out-of-fold score and predictions, for whoever checks or blends.";

    public override void Write(Script script, Part part)
    {
        Problem problem = script.Problem;
        string target = PythonText.Quote(problem.Task.Targets is [var only, ..] ? only : problem.Task.Label);
        (string result, string submit, string kept) = problem switch
        {
            { Goal: Goal.Number } => (script.Back("inside"), $"sample[{target}] = {Values(script)}", $"{{{Kept(script)}\"prediction\": {script.Back("inside")}}}"),
            { Task.Metric.Predicts: Runs.PredictionKind.Probability } => ("inside", $"sample[{target}] = outside[:, 1]", $"{{{Kept(script)}\"prediction\": inside[:, 1]}}"),
            { Task.Metric.Predicts: Runs.PredictionKind.Labels } => ("inside", $"sample[{target}] = classes[outside.argmax(axis=1)]", $"{{{Kept(script)}\"prediction\": classes[inside.argmax(axis=1)]}}"),
            _ => ("inside", $"sample[sample.columns[sample.columns != {script.Id}]] = outside", $"{{{Kept(script)}**dict(zip(classes, inside.T))}}"),
        };
        string guard = script.Recipe.Has(Mends.SafeSubmission.Key) ? $"\n{Mends.SafeSubmission.Lines(script)}" : "";
        script.Segment(Block, Why(script, part), $$"""
            os.makedirs("working", exist_ok=True)
            {{submit}}{{guard}}
            sample.to_csv("submission.csv", index=False, float_format="%.8g")
            pd.DataFrame({{kept}}).to_csv("working/oof.csv", index=False, float_format="%.6g")
            result = float(score({{result}}))
            with open("working/meta.json", "w") as file:
                json.dump({"score": result, "folds": len(folds)}, file)
            print(f"score: {result:.6f}")
            """);
    }

    private static string Kept(Script script) => script.Problem.TrainHasIds ? $"{script.Id}: train[{script.Id}], " : "";

    private static string Values(Script script) => script.Problem.Metric == "rmsle"
        ? $"np.clip({script.Back("outside")}, 0, None)"
        : script.Back("outside");
}
