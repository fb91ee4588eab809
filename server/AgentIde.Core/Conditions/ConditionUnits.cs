namespace AgentIde.Core.Conditions;

/// <summary>What can stand after a number.</summary>
public static class ConditionUnits
{
    private static readonly (string Suffix, double Factor, ConditionUnit Unit)[] Known =
    [
        ("ms", 0.001, ConditionUnit.Seconds),
        ("s", 1, ConditionUnit.Seconds),
        ("m", 60, ConditionUnit.Seconds),
        ("min", 60, ConditionUnit.Seconds),
        ("h", 3_600, ConditionUnit.Seconds),
        ("B", 1, ConditionUnit.Bytes),
        ("kB", 1e3, ConditionUnit.Bytes),
        ("KB", 1e3, ConditionUnit.Bytes),
        ("MB", 1e6, ConditionUnit.Bytes),
        ("GB", 1e9, ConditionUnit.Bytes),
        ("KiB", 1L << 10, ConditionUnit.Bytes),
        ("MiB", 1L << 20, ConditionUnit.Bytes),
        ("GiB", 1L << 30, ConditionUnit.Bytes),
        ("k", 1e3, ConditionUnit.Plain),
        ("M", 1e6, ConditionUnit.Plain),
    ];

    /// <summary>All of them, in words.</summary>
    public static string All { get; } = $"{string.Join(", ", Known.Select(unit => unit.Suffix).Where(suffix => suffix != "KB"))} or %";

    /// <summary>An empty suffix where there is no such unit. Letter case counts: <c>10m</c> is ten minutes, <c>10M</c> ten million.</summary>
    internal static (string Suffix, double Factor, ConditionUnit Unit) Find(string suffix) =>
        Array.FindIndex(Known, unit => unit.Suffix == suffix) is >= 0 and int index ? Known[index] : ("", 0, ConditionUnit.Plain);
}
