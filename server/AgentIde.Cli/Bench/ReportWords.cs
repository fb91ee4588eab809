using System.Globalization;

namespace AgentIde.Cli.Bench;

/// <summary>Numbers of a group on a terminal.</summary>
internal static class ReportWords
{
    public static string Score(double? score) => score is { } number ? number.ToString("0.#####", CultureInfo.InvariantCulture) : "";

    public static string Dollars(decimal dollars) => dollars > 0 ? string.Create(CultureInfo.InvariantCulture, $"${dollars:0.00##}") : "";

    public static string Time(TimeSpan time) => time < TimeSpan.FromHours(1) ? time.ToString(@"m\:ss", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss}");
}
