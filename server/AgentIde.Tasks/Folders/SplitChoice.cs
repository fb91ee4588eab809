namespace AgentIde.Tasks.Folders;

/// <summary>How the task's owner wants the holdout cut.</summary>
/// <param name="Column">The group's or the time's; null for the others.</param>
public sealed record SplitChoice(SplitRule Rule, string? Column)
{
    /// <summary>Null for a word that is none.</summary>
    internal static SplitChoice? Parse(string text) => text switch
    {
        "auto" => new SplitChoice(SplitRule.Auto, null),
        "random" => new SplitChoice(SplitRule.Random, null),
        "stratified" => new SplitChoice(SplitRule.Stratified, null),
        "folds" => new SplitChoice(SplitRule.Folds, null),
        _ when text.StartsWith("group:", StringComparison.Ordinal) && text.Length > 6 => new SplitChoice(SplitRule.Group, text[6..].Trim()),
        _ when text.StartsWith("time:", StringComparison.Ordinal) && text.Length > 5 => new SplitChoice(SplitRule.Time, text[5..].Trim()),
        _ => null,
    };

    public override string ToString() => Column is null ? Rule.ToString().ToLowerInvariant() : $"{Rule.ToString().ToLowerInvariant()}:{Column}";
}
