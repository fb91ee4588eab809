namespace AgentIde.Core.Holdouts;

/// <param name="Values">Predictions that both have.</param>
/// <param name="Differing">How many of them are not the same.</param>
/// <param name="Unshared">Rows that one has and the other has not.</param>
/// <param name="Largest">The largest difference of two numbers, 0 or more; null where the predictions are names.</param>
/// <param name="First">One that differs, for people: <c>y of id 17 is 3.1, was 3.0</c>; null where none does.</param>
public sealed record SubmissionDifference(int Values, int Differing, int Unshared, double? Largest, string? First);
