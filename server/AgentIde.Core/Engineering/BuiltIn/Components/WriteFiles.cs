using AgentIde.Core.Engineering.BuiltIn.CSharp;

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

    private const string Meta = "$\"{{ \\\"score\\\": {score}, \\\"folds\\\": {Folds} }}\"";

    public override void WriteCSharp(Script script, Part part)
    {
        Problem problem = script.Problem;
        bool labels = problem.Task.Metric.Predicts == Runs.PredictionKind.Labels, many = problem.Goal == Goal.ManyClasses;
        string id = CSharpText.Quote(problem.Task.IdColumn);
        string value = (labels, problem.Goal, problem.Metric) switch
        {
            (true, Goal.TwoClasses, _) => "Cell(classes[row[0] > 0.5 ? 1 : 0])",
            (true, _, _) => "Cell(classes[row.IndexOf(row.Max())])",
            (_, Goal.ManyClasses, _) => "string.Join(',', row.Select(chance => chance.ToString(\"G8\")))",
            (_, _, "rmsle") => "Math.Max(row[0], 0).ToString(\"G8\")",
            _ => "row[0].ToString(\"G8\")",
        };
        string safe = script.Recipe.Has(Mends.SafeSubmission.Key) ? $"\n{Mends.SafeSubmission.LinesCSharp(script)}" : "";
        string targets = many && !labels ? "string.Join(',', classes.Select(Cell))" : "prediction";
        (string head, string row) = problem.TrainHasIds
            ? ($"$\"{{Cell({id})}},{(many && !labels ? $"{{{targets}}}" : targets)}\"", $"$\"{{Cell(train[{id}][at])}},{{Values(row)}}\"")
            : (many && !labels ? targets : $"\"{targets}\"", "Values(row)");
        string result = script.LogTarget || safe.Length > 0 ? "result" : "guess";
        string inside = result == "guess" ? "" : $"double[][] result = {script.BackCSharp("guess")};{safe}\n";
        string ids = safe.Length > 0 ? "ids" : $"sample[{id}]";
        script.Segment(Block, Why(script, part), $$"""
            {{inside}}string Cell(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
            string Values(double[] row) => {{value}};
            string head = string.Join(',', [Cell({{id}}), .. sample.Keys.Where(name => name != {{id}}).Select(Cell)]);
            File.WriteAllLines("submission.csv", [head, .. {{ids}}.Select((id, at) => $"{Cell(id)},{Values({{result}}[y.Length + at])}")]);
            Directory.CreateDirectory("working");
            File.WriteAllLines("working/oof.csv", [{{head}}, .. {{result}}[..y.Length].Select((row, at) => {{row}})]);
            double score = Score({{result}}[..y.Length]);
            File.WriteAllText("working/meta.json", {{Meta}});
            Console.WriteLine($"score: {score:F6}");
            """);
    }
}
