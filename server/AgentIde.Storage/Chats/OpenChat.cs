using System.Collections.Immutable;
using System.Text.Json;
using AgentIde.Core.Chats;
using AgentIde.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Storage.Chats;

/// <summary>A question that this process left and waits for.</summary>
internal sealed class OpenChat(ChatFiles files, SafeFileHandle held) : IOpenChat
{
    private string? _by;
    private long _read;

    public ChatNews Look() => StoreErrors.Translate(files.Folder, () =>
    {
        // An answer is written before its claim is let go: whoever looks in this order misses none.
        bool claimed = ChatDesk.IsHeld(files.Claim);
        ImmutableArray<string> pieces = ReadPieces();
        if (PrivateFiles.ReadSmall(files.Answer, ChatFiles.LargestText) is { } bytes)
        {
            return new ChatNews(_by, [.. pieces, .. ReadPieces()], Read(bytes), IsLost: false);
        }

        return new ChatNews(claimed ? _by : null, pieces, null, IsLost: !claimed && _by is not null);
    });

    public bool Withdraw() => StoreErrors.Translate(files.Folder, () =>
    {
        // A server says who it is before it looks whether the question is still wanted, and asks only then.
        if (!held.IsClosed)
        {
            Libc.Unlock(held, files.Question);
        }

        ReadPieces();
        return _by is null;
    });

    public void Dispose()
    {
        if (!held.IsClosed)
        {
            Libc.Unlock(held, files.Question);
            held.Dispose();
            files.Remove();
        }
    }

    private static ChatAnswer Read(byte[] bytes)
    {
        try
        {
            return ChatJson.ReadAnswer(bytes);
        }
        catch (JsonException)
        {
            return new ChatAnswer(null, Problem: Core.Runs.CallProblem.Malformed, Message: "what the editor left is no answer");
        }
    }

    /// <summary>Whole lines alone: a server may have died within one.</summary>
    private ImmutableArray<string> ReadPieces()
    {
        using SafeFileHandle? file = Libc.OpenRead(files.Claim);
        if (file is null)
        {
            return [];
        }

        int length = (int)Math.Clamp(RandomAccess.GetLength(file) - _read, 0, ChatFiles.LargestText);
        byte[] bytes = new byte[length];
        int filled = RandomAccess.Read(file, bytes, _read);
        int whole = bytes.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
        _read += whole;
        ImmutableArray<string>.Builder pieces = ImmutableArray.CreateBuilder<string>();
        foreach (System.Range line in bytes.AsSpan(0, whole).Split((byte)'\n'))
        {
            if (bytes.AsSpan(0, whole)[line] is { IsEmpty: false } text)
            {
                Take(text, pieces);
            }
        }

        return pieces.DrainToImmutable();
    }

    private void Take(ReadOnlySpan<byte> line, ImmutableArray<string>.Builder pieces)
    {
        string text;
        try
        {
            text = ChatJson.ReadPiece(line);
        }
        catch (JsonException)
        {
            // Pieces are for the moment: the answer comes whole.
            return;
        }

        if (_by is null)
        {
            _by = text;
        }
        else
        {
            pieces.Add(text);
        }
    }
}
