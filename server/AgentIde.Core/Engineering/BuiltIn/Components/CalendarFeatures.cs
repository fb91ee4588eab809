using AgentIde.Core.Engineering.BuiltIn.CSharp;

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

    public override void WriteCSharp(Script script, Part part)
    {
        List<string> dates = [.. script.Dates];
        if (dates.Count == 0)
        {
            return;
        }

        script.Segment(Block, Why(script, part), $$"""
            foreach (string name in {{CSharpText.Array(dates)}})
            {
                DateTime?[] days = [.. Column(name).Select(text => DateTime.TryParse(text, out DateTime day) ? day : (DateTime?)null)];
                DateTime first = days.Min() ?? default;
                void Add(string kind, Func<DateTime, double> of) => x[$"{name} {kind}"] = [.. days.Select(day => day is { } known ? (float)of(known) : float.NaN)];
                Add("hour", day => day.TimeOfDay.TotalHours);
                Add("weekday", day => (int)day.DayOfWeek);
                Add("yearday", day => day.DayOfYear);
                Add("day", day => (day.Date - first.Date).Days);
            }
            """);
        script.Forget(dates);
        string[] added = [.. from name in dates from kind in (string[])["hour", "weekday", "yearday", "day"] select $"{name} {kind}"];
        script.Numbers.AddRange(added);
        script.Gaps.UnionWith(added);
    }
}
