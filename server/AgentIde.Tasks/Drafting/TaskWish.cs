namespace AgentIde.Tasks.Drafting;

/// <summary>What the owner of some data says of the task that is to be made of them; what is null is guessed.</summary>
/// <param name="Folder">Holds train and test as CSV, itself or in <c>public/</c> or <c>data/</c>.</param>
public sealed record TaskWish(string Folder, string? Label = null, string? Metric = null, string? IdColumn = null, string? Title = null);
