namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>Columns of numbers in which a word turned up.</summary>
internal sealed class NumbersFromText : Mend
{
    public const string Key = "numbers-from-text";

    public override string Name => Key;

    public override Block Block => Block.Clean;

    public override int Rank => -8;

    public override bool IsOfTheData => true;

    /// <summary>Known before anything ran.</summary>
    public static bool IsCalledFor(Problem problem) => problem.Numbers.Any(column => column.Unreadable > 0);

    public override string Why(Script script, Part part) =>
        "words turned up among the numbers: what can't be read as one is missing.";

    public override void Write(Script script, Part part)
    {
        List<string> columns = [.. script.Numbers];
        if (columns.Count == 0)
        {
            return;
        }

        script.Segment(Block, Why(script, part), $"""
            for name in {PythonText.List(columns)}:
                data[name] = pd.to_numeric(data[name], errors="coerce")
            """);
        script.Gaps.UnionWith(columns);
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom) =>
        !recipe.Has(Key) && symptom.Block != "load" && problem.Numbers.Any()
        && symptom.Says("could not convert string", "unable to parse string", "must be numeric", "unsupported operand type", "bad operand type", "not supported between instances", "dtype='numeric'", "Cannot use median strategy", "DataFrame.dtypes for data must be", "can't multiply sequence", "columns are missing")
            ? new Repair("Reads numbers from text where words turned up among them; the rest is missing.", recipe.Add(Part.Of(Key)))
            : null;
}
