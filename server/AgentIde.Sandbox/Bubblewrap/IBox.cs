using AgentIde.Core.Sandboxes;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox;

/// <summary>
/// A sandbox that is made and holds its candidate at the starting line. Disposing kills whatever lives in it and
/// returns when all of it is dead.
/// </summary>
internal interface IBox : IDisposable
{
    Candidate Candidate { get; }

    /// <summary>Standard output and error of the candidate: one pipe, so that what came first is read first.</summary>
    SafeFileHandle Output { get; }

    /// <summary>What a clean-up after the death of this process must kill.</summary>
    IReadOnlyList<int> Processes { get; }

    void Release();

    /// <summary>The wait status by which the candidate's own process ended; null where someone inside took it.</summary>
    /// <exception cref="SandboxException">What made the sandbox died, and all in it.</exception>
    int? AwaitStatus();

    /// <summary>Waits for the end of all that is inside by itself, for a moment.</summary>
    void AwaitOwnEnd(TimeSpan patience);

    /// <summary>Kills all processes inside and takes the end.</summary>
    /// <exception cref="SandboxException">A process hangs in the kernel.</exception>
    BoxEnd End();
}

/// <param name="Status">The keeper's wait status where the candidate's own was lost.</param>
/// <param name="CpuSeconds">Of all processes inside.</param>
/// <param name="PeakBytes">The most that one of them had resident.</param>
internal sealed record BoxEnd(int Status, double CpuSeconds, long PeakBytes);
