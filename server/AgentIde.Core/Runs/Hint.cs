using System.Globalization;

namespace AgentIde.Core.Runs;

/// <summary>What a person told the engineer to bear in mind.</summary>
/// <param name="By">Who said it: <c>nvim</c>, <c>agentide hint</c>.</param>
public sealed record Hint(string By, string Text)
{
    /// <summary>In characters: a page. It goes into each prompt.</summary>
    public const int MaximumLength = 4_000;

    /// <summary>Why a text is not taken, in one sentence for whoever wrote it; null where it is.</summary>
    /// <param name="what">What the text is.</param>
    public static string? Refusal(string? text, string what = "hint") =>
        (text ?? "").Trim().Length is var length && length == 0 ? $"The {what} is empty."
        : length > MaximumLength ? string.Create(CultureInfo.InvariantCulture, $"The {what} has {length:N0} characters, and at most {MaximumLength:N0} are taken: say it shorter.")
        : null;

    /// <summary>The text as it is kept: trimmed, and cut where whoever left it did not ask <see cref="Refusal"/>; null where nothing is left.</summary>
    public static string? Kept(string? text)
    {
        string trimmed = (text ?? "").Trim();
        return trimmed.Length == 0 ? null : trimmed.Length <= MaximumLength ? trimmed : trimmed[..MaximumLength];
    }
}

/// <summary>A person asked for a node that comes from another one.</summary>
/// <param name="Number">1, 2, 3, … in the run.</param>
/// <param name="Hint">What is to be tried; null where that is left to the engineer.</param>
/// <param name="Plan">The person's own plan; null where there is none.</param>
/// <param name="Code">The person's own program; null where the engineer writes it.</param>
/// <param name="Comment">The comment of a pull request that it answers; its text is the hint. Null where it answers none.</param>
public sealed record AskedBranch(int Number, int Node, string By, string? Hint, string? Plan = null, Digest? Code = null, ReviewComment? Comment = null);

/// <summary>What a person gave a node beside a hint: a plan, a program or both.</summary>
/// <param name="Code">Null where the engineer writes the program, by the plan.</param>
public sealed record Given(string By, string? Plan, Digest? Code);

/// <summary>A person wants nothing more of a node.</summary>
/// <param name="Why">Null where no reason was given.</param>
public sealed record Rejection(string By, string? Why);
