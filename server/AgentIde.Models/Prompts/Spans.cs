namespace AgentIde.Models.Prompts;

/// <summary>Times as a model needs them: to two digits.</summary>
internal static class Spans
{
    /// <summary><c>0.4 s</c>, <c>85 s</c>, <c>12 min</c>, <c>3.5 h</c>.</summary>
    public static string Words(TimeSpan span) => span.TotalSeconds switch
    {
        < 10 => FormattableString.Invariant($"{span.TotalSeconds:0.#} s"),
        < 120 => FormattableString.Invariant($"{Math.Floor(span.TotalSeconds):0} s"),
        < 7_200 => FormattableString.Invariant($"{Math.Floor(span.TotalMinutes):0} min"),
        _ => FormattableString.Invariant($"{Math.Floor(span.TotalHours * 10) / 10:0.#} h"),
    };
}
