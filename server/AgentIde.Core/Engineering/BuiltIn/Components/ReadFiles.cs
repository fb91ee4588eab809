using AgentIde.Core.Engineering.BuiltIn.CSharp;

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

    public override void WriteCSharp(Script script, Part part)
    {
        script.Import("Microsoft.VisualBasic.FileIO");
        script.Segment(Block, "each column of a file by its name; quoted fields may hold commas, quotes and line ends.", """
            static Dictionary<string, string[]> Read(string path)
            {
                using TextFieldParser file = new(path) { Delimiters = [","], TrimWhiteSpace = false };
                List<string[]> rows = [];
                while (file.ReadFields() is { } row) rows.Add(row);
                return rows[0].Index().ToDictionary(name => name.Item, name => rows.Skip(1).Select(row => row[name.Index]).ToArray());
            }
            """);
        bool safe = script.Recipe.Has(Mends.SafeSubmission.Key);
        string id = CSharpText.Quote(script.Problem.Task.IdColumn);
        script.Segment(Block, Why(script, part), $"""
            Dictionary<string, string[]> train = Read("input/train.csv"), test = Read("input/test.csv"), sample = Read("input/sample_submission.csv");
            {(safe ? $"string[] ids = [.. sample[{id}].Distinct()];\n" : "")}Dictionary<string, int> place = test[{id}].Index(){(safe ? ".DistinctBy(row => row.Item)" : "")}.ToDictionary(row => row.Item, row => row.Index);
            int[] order = [.. {(safe ? "ids" : $"sample[{id}]")}.Select(id => {(safe ? "place.GetValueOrDefault(id, -1)" : "place[id]")})];
            float Number(string text) => float.TryParse(text, out float value) && Math.Abs(value) < 1e30f ? value : float.NaN;
            """);
    }
}
