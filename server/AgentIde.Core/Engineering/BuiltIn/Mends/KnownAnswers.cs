using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>Rows whose answer is missing or can't be read teach nothing.</summary>
internal sealed class KnownAnswers : Mend
{
    public const string Key = "known-answers";

    public override string Name => Key;

    public override Block Block => Block.Load;

    public override int Rank => 0;

    public override bool IsOfTheData => true;

    public override string Why(Script script, Part part) =>
        $"rows without a {PythonText.Plain(script.Problem.Task.Label)} that can be read teach nothing.";

    public override void Write(Script script, Part part)
    {
        string read = script.Problem.Goal == Goal.Number
            ? $"train[{script.Label}] = pd.to_numeric(train[{script.Label}], errors=\"coerce\")\n"
            : "";
        script.Segment(Block, Why(script, part), $"{read}train = train.dropna(subset=[{script.Label}]).reset_index(drop=True)");
    }

    public override void WriteCSharp(Script script, Part part)
    {
        string label = $"train[{CSharpText.Quote(script.Problem.Task.Label)}]";
        string known = script.Problem.Goal == Goal.Number ? $"float.IsFinite(Number({label}[row]))" : $"{label}[row] != \"\"";
        script.Segment(Block, Why(script, part), $"""
            int[] known = [.. Enumerable.Range(0, {label}.Length).Where(row => {known})];
            train = train.ToDictionary(column => column.Key, column => known.Select(row => column.Value[row]).ToArray());
            """);
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom) =>
        !recipe.Has(Key)
        && (symptom.Says("Input y contains", "Input contains NaN", "'<' not supported between instances", "Label contains NaN")
            || (symptom.Block == "load" && symptom.Says("was not in a correct format", "could not convert string", "not supported between instances")))
            ? new Repair($"Leaves out rows whose {PythonText.Plain(problem.Task.Label)} is missing or can't be read.", recipe.Add(Part.Of(Key)))
            : null;
}
