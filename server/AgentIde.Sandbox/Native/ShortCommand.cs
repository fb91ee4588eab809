using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Native;

/// <summary>Runs a trusted command of a moment and reads what it prints.</summary>
internal static class ShortCommand
{
    /// <returns>The exit status, -1 where it was killed for its time, and standard output and error.</returns>
    internal static (int Status, string Output) Run(IReadOnlyList<string> command, IReadOnlyList<string> environment, TimeSpan limit)
    {
        (SafeFileHandle read, SafeFileHandle write) = Descriptors.Pipe();
        using (read)
        using (SafeFileHandle nothing = Descriptors.Open("/dev/null", 0))
        {
            ChildProcess child;
            using (write)
            {
                child = ChildProcess.Start(command, environment, [nothing, write, write]);
            }

            using (child)
            {
                using MemoryStream output = new();
                byte[] buffer = new byte[4096];
                long start = System.Diagnostics.Stopwatch.GetTimestamp();
                while (true)
                {
                    TimeSpan left = limit - System.Diagnostics.Stopwatch.GetElapsedTime(start);
                    if (left <= TimeSpan.Zero)
                    {
                        return (-1, Encoding.UTF8.GetString(output.ToArray()));
                    }

                    if (Descriptors.Wait(left, read)[0])
                    {
                        int count = Descriptors.Read(read, buffer);
                        if (count == 0)
                        {
                            break;
                        }

                        output.Write(buffer, 0, count);
                    }
                }

                int status = child.Reap().Status;
                return ((status & 0x7f) == 0 ? status >> 8 : 128 + (status & 0x7f), Encoding.UTF8.GetString(output.ToArray()));
            }
        }
    }
}
