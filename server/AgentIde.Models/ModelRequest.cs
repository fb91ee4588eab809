using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Models;

/// <summary>One prompt for a model: text and nothing else. A model is given no tool that acts, no file and no address.</summary>
/// <param name="System">Who the model is to be, and the form of its answer.</param>
/// <param name="Messages">What was said so far, oldest first; the last one is the user's.</param>
/// <param name="MaximumOutput">Tokens of the answer at most, reasoning included; always sent.</param>
/// <param name="Form">The fields that the answer is to have, for models that can be held to them; null for free text.</param>
public sealed record ModelRequest(string System, ImmutableArray<ModelMessage> Messages, int MaximumOutput, AnswerForm? Form = null)
{
    public Effort? Effort { get; init; }

    /// <summary>Which of several answers to the same prompt is asked for: 1, 2, …; null where it is the only one. No part of the prompt.</summary>
    public int? Sample { get; init; }

    /// <summary>0 to 2; null leaves it to the model, as reasoning models demand.</summary>
    public double? Temperature { get; init; }

    /// <summary>The number of its call in the run, where it is asked within a budget.</summary>
    public int? Call { get; init; }
}

public sealed record ModelMessage(ModelRole Role, string Text);

public enum ModelRole
{
    User,
    Assistant,
}

/// <summary>How long a reasoning model is to think. Not every model knows each of them; where one is refused, none is asked for.</summary>
public enum Effort
{
    Low,
    Medium,
    High,
    None,
    Minimal,
    ExtraHigh,
    Max,
}

/// <summary>An object of text fields, each of them required.</summary>
/// <param name="Name">By which a recording tells whether a model was held to it.</param>
public sealed record AnswerForm(string Name, ImmutableArray<(string Field, string Description)> Fields)
{
    public const string Solution = "solution", Review = "review";
}

/// <param name="Text">What the model said, without its reasoning. For a request with a form: the object as JSON where the model was held to it.</param>
/// <param name="Thinking">Its reasoning or the summary of it, as far as it is shown; empty where none is.</param>
/// <param name="Usage">As reported, or as counted here where the report is missing, smaller than what was counted, or absurd.</param>
/// <param name="Model">Which model answered, by the provider's own word.</param>
public sealed record ModelReply(string Text, string Thinking, TokenUsage Usage, StopReason Stop, string Model)
{
    /// <summary>One line for the user on what was otherwise than asked for; empty where there is nothing to tell.</summary>
    public string Remark { get; init; } = "";
}

public enum StopReason
{
    /// <summary>It had no more to say.</summary>
    Finished,
    /// <summary>It came to <see cref="ModelRequest.MaximumOutput"/>.</summary>
    TooLong,
    /// <summary>The provider's filter cut it, or the model refused.</summary>
    Refused,
}

/// <summary>A piece of an answer that is under way: some text, or some reasoning.</summary>
public readonly record struct ModelPiece(string Text, bool IsThinking);
