namespace AgentIde.Tasks;

/// <summary>What someone may have meant by a name that isn't there, in the words of a message about a task's files.</summary>
internal static class Nearest
{
    /// <summary><c>; did you mean 'x'?</c>, or nothing where no name is near.</summary>
    public static string Hint(string name, IEnumerable<string> known) =>
        Core.Nearest.To(name, known) is { } best ? $"; did you mean '{Shown.Text(best)}'?" : "";

    /// <summary>The known names, nearest first.</summary>
    public static IEnumerable<string> Order(string name, IEnumerable<string> known) => Core.Nearest.Order(name, known);
}
