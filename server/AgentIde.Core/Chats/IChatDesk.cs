using System.Collections.Immutable;

namespace AgentIde.Core.Chats;

/// <summary>
/// Where the process of a run leaves what it wants to know of an editor's models, and where the servers of editors find
/// it. A question is wanted for as long as the process that left it lives and has not taken it back; it is claimed by one
/// server, once: where that one dies, it is lost, and whoever asked may ask anew. So one question is one request.
/// </summary>
public interface IChatDesk
{
    /// <summary>Removes what an earlier owner of the run left. For the owner alone.</summary>
    void Clear();

    /// <summary>Leaves a question. For the owner of the run alone.</summary>
    /// <exception cref="Runs.RunStoreException">It can't be written.</exception>
    IOpenChat Ask(ChatQuestion question);

    /// <summary>Claims a question that waits, for whoever can have it answered.</summary>
    /// <param name="by">Who claims it, for people: <c>Visual Studio Code</c>.</param>
    /// <param name="fits">Which questions may be answered.</param>
    /// <returns>Null where none waits.</returns>
    IChatClaim? TryClaim(string by, Func<ChatQuestion, bool> fits);

    /// <summary>The questions that are wanted, and who is at them.</summary>
    ImmutableArray<UnansweredChat> Unanswered();
}

/// <param name="By">Who claimed it; null where it waits for somebody.</param>
public sealed record UnansweredChat(int Call, string Model, string? By);

/// <summary>A question that was left, in the hands of who wants to know. To dispose of it takes it back.</summary>
public interface IOpenChat : IDisposable
{
    /// <summary>What has come since the last look.</summary>
    ChatNews Look();

    /// <summary>Takes the question back.</summary>
    /// <returns>False where a model may have been asked; true where certainly none was, nor ever will be.</returns>
    bool Withdraw();
}

/// <param name="By">Who claimed it; null where it waits.</param>
/// <param name="Pieces">Of the answer, as they came.</param>
/// <param name="IsLost">Who claimed it has died or given up without an answer.</param>
public sealed record ChatNews(string? By, ImmutableArray<string> Pieces, ChatAnswer? Answer, bool IsLost);

/// <summary>A question in the hands of the one server that may have it answered. To dispose of it without an answer gives it up.</summary>
public interface IChatClaim : IDisposable
{
    ChatQuestion Question { get; }

    /// <summary>Whether somebody still waits for the answer.</summary>
    bool IsWanted { get; }

    /// <summary>Passes a piece of the answer on.</summary>
    void Tell(string piece);

    /// <exception cref="Runs.RunStoreException">It can't be written.</exception>
    void Answer(ChatAnswer answer);
}
