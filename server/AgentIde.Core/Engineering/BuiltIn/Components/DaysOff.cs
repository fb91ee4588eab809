using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Public holidays and the days around them, by the calendar that pandas has: that of the United States.</summary>
internal sealed class DaysOff : Component
{
    public const string Key = "days-off";

    /// <summary>Different dates below which holidays are too few to learn from.</summary>
    private const int FewestDates = 100;

    public override string Name => Key;

    public override Block Block => Block.Features;

    /// <summary>Before the calendar, which takes the dates away.</summary>
    public override int Rank => 0;

    public override bool Fits(Problem problem) => problem.Language == ProgramLanguage.Python && problem.Dates.Any(column => column.Distinct >= FewestDates);

    public override string Why(Script script, Part part) =>
        $"which day off of the United States {PythonText.Names([.. script.Problem.Dates.Select(column => column.Name)])} is, is just before or after, and how far the next and the last are.";

    public override void Write(Script script, Part part)
    {
        if (script.Dates.Count == 0)
        {
            return;
        }

        script.From("pandas.tseries.holiday", "USFederalHolidayCalendar");
        script.Segment(Block, Why(script, part), $"""
            days_off = USFederalHolidayCalendar().holidays("1970", "2070", return_name=True)
            for name in {PythonText.List(script.Dates)}:
                when = pd.to_datetime(data[name], errors="coerce").dt.tz_localize(None).dt.normalize()
                kind = when.map(days_off)
                for days, word in ((1, "after "), (-1, "before ")):
                    kind = kind.fillna((when - pd.Timedelta(days=days)).map(word + days_off))
                data[name + " day off"] = kind.fillna("none")
                place = days_off.index.searchsorted(when)
                data[name + " to day off"] = (np.take(days_off.index.values, place, mode="clip") - when).dt.days.clip(0, 8)
                data[name + " since day off"] = (when - np.take(days_off.index.values, place - 1, mode="clip")).dt.days.clip(0, 8)
            """);
        foreach (string name in script.Dates)
        {
            script.Categories.Add($"{name} day off");
            foreach (string number in (string[])[$"{name} to day off", $"{name} since day off"])
            {
                script.Numbers.Add(number);
                if (script.Gaps.Contains(name))
                {
                    script.Gaps.Add(number);
                }
            }
        }
    }

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (Fits(problem) && !recipe.Has(Key))
        {
            yield return new Move("features", Key, "Tells days off of the United States, and the days around them, from other days: what people do changes on them.", 2.6, recipe.Add(Part.Of(Key)));
        }
    }
}
