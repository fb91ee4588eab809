using System.Runtime.InteropServices;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>
/// A server stands open for days beside an editor. What parsing and folding a long log left behind goes back to the
/// system at once instead of with the next collection, which may never come: that of the runtime, and what the database
/// and the compiler had of the C library, which would keep it in arenas of each thread.
/// </summary>
internal static partial class SpareMemory
{
    public static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without arenas has none to trim.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nint pad);
}
