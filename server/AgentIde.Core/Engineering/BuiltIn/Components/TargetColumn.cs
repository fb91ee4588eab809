using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>What is learnt, on the scale on which the models learn it, and the names of the classes.</summary>
internal sealed class TargetColumn : Component
{
    public override string Name => "target";

    public override Block Block => Block.Load;

    public override int Rank => 2;

    public override bool IsStructure => true;

    public override bool Fits(Problem problem) => true;

    public override string Why(Script script, Part part) => script.Problem switch
    {
        { Goal: Goal.Number } when script.LogTarget => LogTarget.Reason(script.Problem),
        { Goal: Goal.Number } => "the target as it is.",
        { Goal: Goal.TwoClasses, Profile.Classes.Length: 1 } => "the target as 0 and 1, though train shows one of them alone; what is predicted is the chance of 1.",
        { Goal: Goal.TwoClasses } => "the target as 0 and 1; what is predicted is the chance of the second.",
        { TargetsAreClasses: true } => $"the {script.Problem.Task.Targets.Length} classes in the order of the submission's columns.",
        _ => $"the {PythonText.Count(script.Problem.Profile.Classes.Length, "class", "classes")} in sorted order.",
    };

    public override void Write(Script script, Part part) => script.Segment(Block, Why(script, part), script.Problem switch
    {
        { Goal: Goal.Number } => $"""
            target = train[{script.Label}].to_numpy(float)
            y = {(script.LogTarget ? "np.log1p(target)" : "target")}
            """,
        { Goal: Goal.TwoClasses, Profile.Classes.Length: 1 } => $"classes, y = np.array([0, 1]), train[{script.Label}].to_numpy(int)",
        { TargetsAreClasses: true } => $"""
            classes = np.array(sample.columns[sample.columns != {script.Id}])
            y = pd.Categorical(train[{script.Label}].astype(str), categories=classes).codes.astype(int)
            """,
        _ => $"classes, y = np.unique(train[{script.Label}], return_inverse=True)",
    });

    public override void WriteCSharp(Script script, Part part)
    {
        string label = $"train[{CSharpText.Quote(script.Problem.Task.Label)}]";
        string codes = $"double[] y = [.. {label}.Select(value => (double)Array.IndexOf(classes, value))];";
        script.Segment(Block, Why(script, part), script.Problem switch
        {
            { Goal: Goal.Number } => $"""
                double[] target = [.. {label}.Select(double.Parse)];
                double[] y = {(script.LogTarget ? "[.. target.Select(value => Math.Log(1 + value))]" : "target")};
                """,
            { Goal: Goal.TwoClasses, Profile.Classes.Length: 1 } => $"double[] y = [.. {label}.Select(double.Parse)];",
            { TargetsAreClasses: true } => $"""
                string[] classes = [.. sample.Keys.Where(name => name != {CSharpText.Quote(script.Problem.Task.IdColumn)})];
                {codes}
                """,
            _ => $"""
                string[] classes = [.. {label}.Distinct().OrderBy(Number).ThenBy(value => value, StringComparer.Ordinal)];
                {codes}
                """,
        });
    }
}
