using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Profiles;

namespace AgentIde.Tasks.Drafting;

/// <summary>Which column of train is to be predicted.</summary>
/// <param name="Candidates">All columns that it could be: those that test lacks.</param>
internal sealed record LabelGuess(string Column, string Why, ImmutableArray<string> Candidates)
{
    private static readonly ImmutableArray<string> UsualNames = ["target", "label", "y", "class", "outcome", "answer"];

    /// <param name="targets">The columns that a sample submission asks for; empty where there is none.</param>
    /// <exception cref="LabelUnclearException">No column is, or too many are, what it may be.</exception>
    /// <exception cref="TaskProblemException">The named column can't be it.</exception>
    public static LabelGuess Of(string? named, CsvTable train, CsvTable test, string? idColumn, ImmutableArray<string> targets)
    {
        ImmutableArray<string> lacking = [.. train.Header.Where(column => column != idColumn && test.Find(column) is null)];
        if (named is not null)
        {
            train.Require(named);
            return test.Find(named) is not null
                ? throw new TaskProblemException($"{test.Name} holds the label '{Shown.Text(named)}': take the column out of it, for a solution may not see the answers")
                : new LabelGuess(named, "you named it", lacking);
        }

        return targets switch
        {
            [var only] when lacking.Contains(only) => new LabelGuess(only, "the sample submission asks for it, and test lacks it", lacking),
            [var only] when train.Find(only) is not null && test.Find(only) is not null =>
                throw new TaskProblemException($"{test.Name} holds the label '{Shown.Text(only)}', which the sample submission asks for: take the column out of it, for a solution may not see the answers"),
            [_, _, ..] when lacking.FirstOrDefault(column => AreClasses(train, column, targets)) is { } classes => new LabelGuess(classes, "its values are the columns of the sample submission", lacking),
            [_, _, ..] when targets.Count(target => lacking.Contains(target)) > 1 =>
                throw new TaskProblemException($"the sample submission asks for {targets.Length} columns ({Listed(targets)}): a task predicts one; leave the others out of it"),
            _ => Alone(train, test, lacking),
        };
    }

    private static LabelGuess Alone(CsvTable train, CsvTable test, ImmutableArray<string> lacking) => lacking switch
    {
        [var only] => new LabelGuess(only, "the only column of train that test lacks", lacking),
        [] when Empty(test) is { Length: > 0 } empty => throw new LabelUnclearException(
            $"{train.Name} and {test.Name} have the same columns, and {Listed(empty)} {(empty.Length == 1 ? "is" : "are")} empty in {test.Name}: take the one that is to be predicted out of it", empty),
        [] => throw new LabelUnclearException(
            $"{train.Name} and {test.Name} have the same columns ({Listed(train.Header)}): which one is to be predicted? Take it out of {test.Name}", train.Header),
        _ when lacking.Where(column => UsualNames.Contains(column, StringComparer.OrdinalIgnoreCase)).ToArray() is [var usual] => new LabelGuess(usual, "test lacks it, and it is called so", lacking),
        _ => throw new LabelUnclearException(
            $"{train.Name} has {lacking.Length} columns that {test.Name} lacks ({Listed(lacking)}): name the one to predict with --label, such as --label {Shown.Text(lacking[^1])}", lacking),
    };

    private static bool AreClasses(CsvTable train, string column, ImmutableArray<string> targets)
    {
        ValueCounts counts = ValueCounts.Of(train, train.Require(column), targets.Length + 1);
        return counts is { Complete: true, Distinct: > 0 } && counts.Values.All(value => targets.Contains(value));
    }

    private static ImmutableArray<string> Empty(CsvTable test) =>
        [.. test.Header.Where((_, column) => ValueCounts.Of(test, column, 1).Distinct == 0)];

    internal static string Listed(ImmutableArray<string> columns) =>
        string.Join(", ", columns.Take(20).Select(column => Shown.Text(column))) + (columns.Length > 20 ? $" and {columns.Length - 20} more" : "");
}
