using System.Collections.Immutable;
using System.Text.Json;
using AgentIde.Core.Chats;
using AgentIde.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Storage.Chats;

/// <summary>
/// Questions for an editor's models as files of a run's folder. Who wants to know and who answers are told by locks of
/// open files (<c>F_OFD_SETLK</c>), which the kernel frees on any death: nothing that a dead run asked is answered, and
/// no server that died holds a question up.
/// </summary>
/// <param name="runFolder">Absolute path of the run's folder.</param>
public sealed class ChatDesk(string runFolder) : IChatDesk
{
    private readonly string _folder = Path.Combine(runFolder, "chats");

    public void Clear() => StoreErrors.Translate(_folder, () =>
    {
        PrivateFiles.RefuseLink(_folder);
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        return true;
    });

    public IOpenChat Ask(ChatQuestion question) => StoreErrors.Translate(_folder, () =>
    {
        PrivateFiles.MakeFolder(_folder);
        ChatFiles files = new(_folder, question.Call);
        files.Remove();
        string aside = PrivateFiles.WriteAside(files.Question, ChatJson.Write(question), PrivateFiles.FileMode);
        SafeFileHandle held = Libc.OpenOrMake(aside);
        try
        {
            // Locked before it appears: it is wanted from its first moment on.
            if (!Libc.TryLock(held, aside))
            {
                throw new IOException($"{aside} is held by another process.");
            }

            File.Move(aside, files.Question, overwrite: true);
            Libc.SyncFolder(_folder);
            return new OpenChat(files, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    });

    public IChatClaim? TryClaim(string by, Func<ChatQuestion, bool> fits) => StoreErrors.Translate(_folder, () =>
    {
        PrivateFiles.RefuseLink(_folder);
        foreach (ChatFiles files in ChatFiles.Of(_folder))
        {
            if (Question(files) is { } question && fits(question) && ChatClaim.TryTake(files, question, by) is { } claim)
            {
                return claim;
            }
        }

        return null;
    });

    public ImmutableArray<UnansweredChat> Unanswered() => StoreErrors.Translate<ImmutableArray<UnansweredChat>>(_folder, () =>
    {
        PrivateFiles.RefuseLink(_folder);
        return
        [
            .. ChatFiles.Of(_folder).Where(files => !File.Exists(files.Answer)).Select(files => (files, question: Question(files))).Where(found => found.question is not null)
                .Select(found => new UnansweredChat(found.files.Call, found.question!.Model, ChatClaim.WhoHolds(found.files))),
        ];
    });

    /// <summary>Null where nobody wants to know it any more, or where it is no question: the files may have come with a repository.</summary>
    private static ChatQuestion? Question(ChatFiles files)
    {
        if (!IsHeld(files.Question))
        {
            return null;
        }

        try
        {
            return PrivateFiles.ReadSmall(files.Question, ChatFiles.LargestText) is { } bytes && ChatJson.ReadQuestion(bytes) is var question && question.Call == files.Call ? question : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static bool IsHeld(string path)
    {
        using SafeFileHandle? file = Libc.OpenRead(path);
        return file is not null && Libc.IsLocked(file, path);
    }
}
