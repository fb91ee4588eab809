using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>
/// Weekday, month and day of the year as classes rather than numbers: a model of sums needs a column for each, since
/// Sunday is not seven times Monday. Weekdays have a level for each month and a trend of their own as well.
/// </summary>
internal sealed class CalendarClasses : Component
{
    public const string Key = "calendar-classes";

    /// <summary>Columns that a date adds where each class has its own: weekdays, months, weekdays of each month, days of the year; and trends.</summary>
    public const int Width = 7 + 12 + 84 + 366 + 7;

    private static readonly string[] Kinds = ["weekday class", "month class", "weekday and month", "month and day"];

    public override string Name => Key;

    public override Block Block => Block.Features;

    /// <summary>Before the calendar, which takes the dates away.</summary>
    public override int Rank => 0;

    public override bool Fits(Problem problem) => problem.Language == ProgramLanguage.Python && problem.Dates.Any();

    public override string Why(Script script, Part part) =>
        $"weekday, month and day of the year of {PythonText.Names([.. script.Problem.Dates.Select(column => column.Name)])} as classes: each has a level of its own, and each weekday a trend.";

    public override void Write(Script script, Part part)
    {
        if (script.Dates.Count == 0)
        {
            return;
        }

        script.Segment(Block, Why(script, part), $"""
            for name in {PythonText.List(script.Dates)}:
                when = pd.to_datetime(data[name], errors="coerce")
                data[name + " weekday class"] = when.dt.dayofweek
                data[name + " month class"] = when.dt.month
                data[name + " weekday and month"] = 100 * when.dt.dayofweek + when.dt.month
                data[name + " month and day"] = 100 * when.dt.month + when.dt.day
                for weekday in range(7):
                    data[name + " trend " + str(weekday)] = (when - when.min()).dt.days.where(when.dt.dayofweek == weekday, 0)
            """);
        script.Categories.AddRange(from name in script.Dates from kind in Kinds select $"{name} {kind}");
        script.Numbers.AddRange(from name in script.Dates from weekday in Enumerable.Range(0, 7) select $"{name} trend {weekday}");
    }

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (Fits(problem) && !recipe.Has(Key))
        {
            double promise = recipe.Models.Any(model => model.Family.IsOnScale) ? 2 : 0.4;
            yield return new Move("features", Key, "Gives each weekday, month and day of the year a level of its own: sums can't bend along a number.", promise, recipe.Add(Part.Of(Key)));
        }
    }
}
