using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>The nearest rows decide.</summary>
internal sealed class Neighbours : ModelFamily
{
    public const string Key = "neighbours";

    private const int WidestTree = 15;

    public override string Name => Key;

    /// <summary>Distances mean something where there are some numbers, and not too many.</summary>
    public override bool Fits(Problem problem) => base.Fits(problem) && problem.Numbers.Count() is >= 2 and <= 100;

    public override string Words(Problem problem) => "nearest neighbours";

    public override bool HasChance(Part part) => false;

    public override bool IsOnScale => true;

    protected override ImmutableArray<Dial> Dials { get; } = [new("neighbours", [3, 5, 8, 12, 20, 40, 80])];

    protected override string Reason(Problem problem, Part part) =>
        $"the {Read(part)} nearest rows decide, the nearer the more: no shape is assumed, so it errs in its own way.";

    public override Part Default(Problem problem) => Make(problem.Goal == Goal.TwoClasses ? 60 : 8);

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        int count = Read(part);
        if (count > 3)
        {
            yield return new Step("fewer", $"Asks {count / 2} neighbours instead of {count}: sharper.", 0.6, Make(count / 2));
        }

        yield return new Step("more", $"Asks {count * 2} neighbours instead of {count}: smoother.", 0.6, Make(count * 2));
    }

    public override void Write(Script script, Part part)
    {
        script.From("sklearn.neighbors", $"KNeighbors{Kind(script.Problem)}");
        WriteModel(script, part, OnScale(script, $"KNeighbors{Kind(script.Problem)}({Read(part)}, weights=\"distance\")"));
    }

    /// <summary>In few columns a tree finds the nearest; in more the library compares with each row.</summary>
    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        double width = columns + problem.Names.Sum(column => (double)Math.Min(column.Distinct, 200));
        return 0.05 + (width <= WidestTree ? (rows + others) * 2.5e-5 : rows * others * (1e-8 + (width * 4e-10)));
    }

    public override Part? Cheaper(Problem problem, Part part) => null;

    private static Part Make(int count) => Part.Of(Key).Set("neighbours", count);

    private static int Read(Part part) => Math.Clamp(part.Whole("neighbours", 8), 1, 1000);
}
