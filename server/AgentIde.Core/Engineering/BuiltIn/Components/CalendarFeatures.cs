namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>A date as the parts by which life repeats: hour, day of week, season; and the days gone by, for trends.</summary>
internal sealed class CalendarFeatures : Component
{
    public override string Name => "calendar";

    public override Block Block => Block.Features;

    public override int Rank => 1;

    public override bool IsSound => true;

    public override bool Fits(Problem problem) => problem.Dates.Any();

    public override string Why(Script script, Part part) =>
        $"{PythonText.Names([.. script.Problem.Dates.Select(column => column.Name)])} as hour, weekday, day of the year and days gone by: what people do follows these.";

    public override void Write(Script script, Part part)
    {
        List<string> dates = [.. script.Dates];
        if (dates.Count == 0)
        {
            return;
        }

        script.Segment(Block, Why(script, part), $"""
            for name in {PythonText.List(dates)}:
                when = pd.to_datetime(data[name], errors="coerce")
                data[name + " hour"] = when.dt.hour + when.dt.minute / 60
                data[name + " weekday"] = when.dt.dayofweek
                data[name + " yearday"] = when.dt.dayofyear
                data[name + " day"] = (when - when.min()).dt.days
            """);
        script.Forget(dates);
        foreach (string name in dates)
        {
            bool gaps = script.Gaps.Contains(name);
            foreach (string part2 in (string[])["hour", "weekday", "yearday", "day"])
            {
                script.Numbers.Add($"{name} {part2}");
                if (gaps)
                {
                    script.Gaps.Add($"{name} {part2}");
                }
            }
        }
    }
}
