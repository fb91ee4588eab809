using System.Text.Json;
using AgentIde.Core.Chats;
using AgentIde.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Storage.Chats;

/// <summary>A question that this process has answered, and nobody else.</summary>
internal sealed class ChatClaim : IChatClaim
{
    private readonly Lock _gate = new();
    private readonly ChatFiles _files;
    private readonly SafeFileHandle _held;

    private ChatClaim(ChatFiles files, ChatQuestion question, SafeFileHandle held)
    {
        _files = files;
        _held = held;
        Question = question;
    }

    public ChatQuestion Question { get; }

    public bool IsWanted => StoreErrors.Translate(_files.Folder, () => ChatDesk.IsHeld(_files.Question));

    /// <returns>Null where another has it, had it, or where nobody wants it any more.</returns>
    public static ChatClaim? TryTake(ChatFiles files, ChatQuestion question, string by)
    {
        SafeFileHandle held = Libc.OpenOrMake(files.Claim);
        ChatClaim claim = new(files, question, held);
        bool taken = false;
        try
        {
            if (!Libc.TryLock(held, files.Claim) || RandomAccess.GetLength(held) > 0)
            {
                return null;
            }

            claim.Append(by);
            taken = ChatDesk.IsHeld(files.Question);
            if (!taken)
            {
                File.Delete(files.Claim);
            }

            return taken ? claim : null;
        }
        finally
        {
            if (!taken)
            {
                claim.Dispose();
            }
        }
    }

    /// <summary>Null where nobody does.</summary>
    public static string? WhoHolds(ChatFiles files)
    {
        if (!ChatDesk.IsHeld(files.Claim))
        {
            return null;
        }

        ReadOnlySpan<byte> bytes = PrivateFiles.ReadSmall(files.Claim, ChatFiles.LargestText);
        try
        {
            return bytes.IndexOf((byte)'\n') is > 0 and var end ? ChatJson.ReadPiece(bytes[..end]) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Tell(string piece)
    {
        lock (_gate)
        {
            if (!_held.IsClosed && RandomAccess.GetLength(_held) + piece.Length < ChatFiles.LargestText / 2)
            {
                StoreErrors.Translate(_files.Folder, () =>
                {
                    Append(piece);
                    return true;
                });
            }
        }
    }

    public void Answer(ChatAnswer answer) => StoreErrors.Translate(_files.Folder, () =>
    {
        if (ChatDesk.IsHeld(_files.Question))
        {
            PrivateFiles.Replace(_files.Answer, ChatJson.Write(answer));
        }

        return true;
    });

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_held.IsClosed)
            {
                Libc.Unlock(_held, _files.Claim);
                _held.Dispose();
            }
        }
    }

    private void Append(string text) => RandomAccess.Write(_held, [.. ChatJson.Write(text), (byte)'\n'], RandomAccess.GetLength(_held));
}
