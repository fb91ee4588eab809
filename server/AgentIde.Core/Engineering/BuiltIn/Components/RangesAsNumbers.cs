using System.Text.RegularExpressions;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Ranges written as words, such as <c>50 - 62%</c>, have an order and a middle; one that is open, such as <c>20000 - ?</c>, has its lower end.</summary>
internal sealed partial class RangesAsNumbers : Component
{
    public override string Name => "ranges-as-numbers";

    public override Block Block => Block.Clean;

    public override int Rank => 1;

    public override bool IsSound => true;

    public override bool Fits(Problem problem) => Columns(problem).Any();

    public static IEnumerable<string> Columns(Problem problem) => problem.Categories.Where(IsRange).Select(column => column.Name);

    public override string Why(Script script, Part part)
    {
        List<string> columns = [.. Columns(script.Problem)];
        string example = script.Problem.Profile[columns[0]].Top.Select(top => top.Value).First(value => value.Length > 2);
        return $"{PythonText.Names(columns, 2)} {(columns.Count == 1 ? "holds" : "hold")} ranges such as '{PythonText.Plain(example, 20)}': their middle is a number, and has an order.";
    }

    public override void Write(Script script, Part part)
    {
        List<string> columns = [.. Columns(script.Problem).Where(script.Categories.Contains)];
        if (columns.Count == 0)
        {
            return;
        }

        script.Segment(Block, Why(script, part), $$"""
            for name in {{PythonText.List(columns)}}:
                ends = data[name].str.replace(",", "").str.extractall(r"(\d+\.?\d*)")[0].astype(float)
                data[name] = ends.groupby(level=0).mean().reindex(data.index)
            """);
        script.Forget(columns);
        script.Numbers.AddRange(columns);
    }

    public override void WriteCSharp(Script script, Part part)
    {
        List<string> columns = [.. Columns(script.Problem).Where(script.Categories.Contains)];
        if (columns.Count == 0)
        {
            return;
        }

        script.Import("System.Text.RegularExpressions");
        script.Segment(Block, Why(script, part), $$"""
            foreach (string name in {{CSharpText.Array(columns)}})
                x[name] = [.. Column(name).Select(text => Regex.Matches(text.Replace(",", ""), @"\d+\.?\d*").Select(end => Number(end.Value)).DefaultIfEmpty(float.NaN).Average())];
            """);
        script.Forget(columns);
        script.Numbers.AddRange(columns);
        script.Gaps.UnionWith(columns.Where(name => script.Problem.Profile[name] is { UnseenInTest: > 0 } or { Missing: > 0 }));
    }

    private static bool IsRange(ColumnProfile column) =>
        column is { Kind: ColumnKind.Category, Distinct: >= 3 } && column.Top.Length == column.Distinct
        && column.Top.All(top => Range().IsMatch(top.Value)) && column.Top.Any(top => top.Value.Length > 2);

    [GeneratedRegex(@"^\s*[A-Za-z<>=~\$€£]{0,2}\s*\d[\d,.]*\s*%?(\s*(-|–|to|\.\.)\s*([\$€£]?\d[\d,.]*\s*%?|\?)?)?\s*[%+]?\s*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Range();
}
