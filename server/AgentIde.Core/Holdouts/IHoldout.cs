using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Holdouts;

/// <summary>
/// Cuts the blind holdout and lays the folders that candidates see. Both are pure functions of task, salt and split
/// seed: preparing again, in another process or after a crash, gives the same bytes.
/// </summary>
public interface IHoldout
{
    /// <summary>
    /// Writes <c>folder/search</c> (train less the holdout, test with the holdout mixed in, a sample submission made
    /// anew; fresh ids; salted order, for a time split that of time) and <c>folder/refit</c> (the whole train, test alone), unless they are there. Of a
    /// split into folds <c>search</c> is the first of them, and <c>folder/fold-2</c> … are the others.
    /// </summary>
    /// <exception cref="TaskProblemException">The task's files can't be split; the message names file and line.</exception>
    Task<SplitFacts> PrepareAsync(string folder, CancellationToken cancellationToken);

    /// <summary>
    /// A submission on the files of the search or of the refit as the task wants it: without the holdout's rows, under
    /// the task's own ids, in the order of its sample.
    /// </summary>
    /// <exception cref="TaskProblemException">The submission does not fit the blind files.</exception>
    Task<ReadOnlyMemory<byte>> RestoreAsync(ReadOnlyMemory<byte> blindSubmission, CancellationToken cancellationToken);

    /// <summary>Writes <c>folder/fresh</c>, the files of another holdout, unless they are there; the same for all runs of one split. Null where the split has no other.</summary>
    /// <param name="folder">That of <see cref="PrepareAsync"/>.</param>
    Task<FreshHoldout?> PrepareFreshAsync(string folder, CancellationToken cancellationToken);

    /// <summary>The correlation of two submissions over their common ids, −1 to 1: of ranks, for class probabilities of the values; null where either is constant or broken.</summary>
    double? Agreement(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other);

    /// <summary>Where two submissions on the same rows say different things, value by value; null where one of them can't be read.</summary>
    /// <param name="same">Whether two predicted numbers are the same.</param>
    SubmissionDifference? Compare(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, Func<double, double, bool> same);
}

/// <summary>A task folder, or one of its files, is broken in a way its owner can mend. The message is for them.</summary>
public sealed class TaskProblemException(string message, Exception? inner = null) : Exception(message, inner);

/// <param name="Why">The evidence for the kind, in one line.</param>
/// <param name="TrainRows">Rows of train that candidates see while the run searches.</param>
/// <param name="HoldoutRows">Rows cut from train and mixed into test, those of the second holdout among them.</param>
/// <param name="TestRows">Rows of the task's own test.</param>
/// <param name="Files">Digest over every file of both folders: the same split gives the same digest.</param>
public sealed record SplitFacts(SplitKind Kind, string Why, int TrainRows, int HoldoutRows, int TestRows, Runs.Digest Files)
{
    /// <summary>What in the task's files gives its answers away; null where nothing was found, or nobody looked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<Leak>? Leaks { get; init; }

    /// <summary>Of the holdout, the rows that no score of the search is of: they are opened once, after the choice. Null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? SecondRows { get; init; }

    /// <summary>
    /// How many folds train is cut into, where one holdout would be too small: the search runs on the first of them, whose rows are the holdout,
    /// and nodes that lead are executed on the others too. Null for one holdout.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Folds { get; init; }

    /// <summary>The rows of the holdout that scores are of.</summary>
    [JsonIgnore]
    public int ScoredRows => HoldoutRows - (SecondRows ?? 0);

    /// <summary>The column of a group or time split; null for the others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Column { get; init; }

    /// <summary>
    /// Of a group or time split: how many groups or blocks of time the holdout has. Standard errors are of these, not
    /// of rows. Null where each row is a unit of its own.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HoldoutUnits { get; init; }

    /// <summary>What tells the holdout's rows from test's; null where nothing was found, or nobody looked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Distinction? Distinguishable { get; init; }
}

/// <summary>Holdout and test can be told apart, so the score is no blind one in the strict sense.</summary>
/// <param name="Area">The area under the ROC curve of what tells them apart best: 0.5 for nothing, 1 for all.</param>
/// <param name="Text">For people, one line.</param>
public sealed record Distinction(double Area, string Text);

[JsonConverter(typeof(JsonStringEnumConverter<SplitKind>))]
public enum SplitKind
{
    [JsonStringEnumMemberName("random")]
    Random,
    [JsonStringEnumMemberName("stratified")]
    Stratified,

    /// <summary>Whole groups of rows.</summary>
    [JsonStringEnumMemberName("group")]
    Group,

    /// <summary>The last part of train in the order of time.</summary>
    [JsonStringEnumMemberName("time")]
    Time,
}
