using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>A zero far below everything else in a column of measures was not measured.</summary>
internal sealed class ZerosAsMissing : Component
{
    public override string Name => "zeros-as-missing";

    public override Block Block => Block.Clean;

    public override bool IsSound => true;

    public override bool Fits(Problem problem) => Columns(problem).Count > 0;

    public static List<string> Columns(Problem problem) =>
    [
        .. problem.Numbers
            .Where(column => column.Numbers is { Whole: false, Minimum: 0, Negatives: 0, Zeros: > 0 } numbers
                && numbers.Zeros < 0.02 * problem.Rows
                && numbers.Quarter > 0.2 * numbers.Median)
            .Select(column => column.Name),
    ];

    public override string Why(Script script, Part part)
    {
        List<string> columns = Columns(script.Problem);
        int zeros = columns.Max(name => script.Problem.Profile[name].Numbers!.Zeros);
        return $"{PythonText.Names(columns)} can't be zero (up to {zeros} {(zeros == 1 ? "row is" : "rows are")}): not measured, so missing.";
    }

    public override void Write(Script script, Part part)
    {
        List<string> columns = [.. Columns(script.Problem).Where(script.Numbers.Contains)];
        if (columns.Count == 0)
        {
            return;
        }

        script.Segment(Block, Why(script, part), $"""
            measured = {PythonText.List(columns)}
            data[measured] = data[measured].replace(0, np.nan)
            """);
        script.Gaps.UnionWith(columns);
    }

    public override void WriteCSharp(Script script, Part part)
    {
        List<string> columns = [.. Columns(script.Problem).Where(script.Numbers.Contains)];
        if (columns.Count > 0)
        {
            script.Segment(Block, Why(script, part), $"""
                foreach (string name in {CSharpText.Array(columns)})
                    x[name] = [.. x[name].Select(value => value == 0 ? float.NaN : value)];
                """);
            script.Gaps.UnionWith(columns);
        }
    }
}
