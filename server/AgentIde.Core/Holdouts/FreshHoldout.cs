namespace AgentIde.Core.Holdouts;

/// <summary>
/// Another holdout of the same task: rows that the search trained on, under other ids. None of the rows that the search was scored by is in it, and
/// none of the second holdout's: these are in its train.
/// </summary>
/// <param name="Folder">What a candidate sees of it: train, test with its rows mixed in, a sample submission; absolute.</param>
/// <param name="Grader">Grades its rows in a submission on these files.</param>
/// <param name="Rows">How many they are.</param>
/// <param name="Files">Digest over every file of the folder.</param>
public sealed record FreshHoldout(string Folder, IGrader Grader, int Rows, Runs.Digest Files);
