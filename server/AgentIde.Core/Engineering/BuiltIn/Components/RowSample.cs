using System.Globalization;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Learns from a part of the rows where all of them would take too long.</summary>
internal sealed class RowSample : Component
{
    public const string Key = "row-sample";

    public override string Name => Key;

    public override Block Block => Block.Load;

    public override int Rank => 1;

    public override bool Fits(Problem problem) => problem.Rows > 1_000;

    public override string Why(Script script, Part part) =>
        $"a random {RowsOf(script.Problem, part)} of the {script.Problem.Rows} rows: on all of them these models would not end in time.";

    public override void Write(Script script, Part part) => script.Segment(Block, Why(script, part), string.Create(CultureInfo.InvariantCulture,
        $"train = train.sample(min(len(train), {RowsOf(script.Problem, part)}), random_state=SEED).reset_index(drop=True)"));

    public override void WriteCSharp(Script script, Part part) => script.Segment(Block, Why(script, part), string.Create(CultureInfo.InvariantCulture, $"""
        int[] drawn = [.. Enumerable.Range(0, train.Values.First().Length)];
        new Random(Seed).Shuffle(drawn);
        train = train.ToDictionary(column => column.Key, column => drawn.Take({RowsOf(script.Problem, part)}).Select(row => column.Value[row]).ToArray());
        """));

    public static int RowsOf(Problem problem, Part? part) => Math.Clamp(part?.Whole("rows", problem.Rows) ?? problem.Rows, 200, Math.Max(problem.Rows, 200));

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (recipe[Key] is not { } part)
        {
            yield break;
        }

        int more = RowsOf(problem, part) * 2;
        Recipe after = more > 0.95 * problem.Rows ? recipe.Without(Key) : recipe.Put(part.Set("rows", more));
        yield return new Move("rows", "more rows", $"Learns from {(after.Has(Key) ? more : problem.Rows)} rows instead of {more / 2}: the sample was for speed alone.", 2.0, after);
    }
}
