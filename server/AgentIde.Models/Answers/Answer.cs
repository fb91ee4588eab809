using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Answers;

/// <summary>What a model proposes, as far as its answer could be read.</summary>
/// <param name="Plan">Plain text on one line, at most 600 characters; never empty.</param>
/// <param name="Code">The whole program: lines end with <c>\n</c>, at most 500 KB of UTF-8, no NUL and no lone surrogates.</param>
/// <param name="Reasons">Those that could be tied to lines of the code, in the order of the lines.</param>
public sealed record Answer(string Plan, string Code, ImmutableArray<Reason> Reasons);

/// <summary>What an answer is an answer to.</summary>
/// <param name="Parent">The code that Debug and Improve may edit; null where there is nothing to edit.</param>
public sealed record AnswerContext(Operator Operator, string? Parent, ProgramLanguage Language);

/// <summary>An answer holds no program that could be run.</summary>
/// <param name="message">One line that says what is wrong, for the user and for the model's second try.</param>
/// <param name="excerpt">Lines of the program that the message speaks of, for the model; empty where there are none.</param>
public sealed class UnreadableAnswerException(string message, string excerpt = "") : Exception(message)
{
    public string Excerpt { get; } = excerpt;
}
