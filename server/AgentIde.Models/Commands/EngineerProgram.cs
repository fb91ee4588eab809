using System.ComponentModel;
using System.Diagnostics;
using System.Threading.Channels;
using AgentIde.Core.Engineering;

#pragma warning disable VSTHRD003 // The tasks are the program's own, and nothing here has a context to come back to.

namespace AgentIde.Models.Commands;

/// <summary>
/// One life of the user's program. Its output is read into a queue by a task of its own and its errors are read away by
/// another, so neither of the two sides ever waits for the other in a circle; whoever waits here can be cancelled
/// whatever the program does. When its first process ends, all that it started is killed.
/// </summary>
internal sealed class EngineerProgram : IAsyncDisposable
{
    /// <summary>The longest line that is taken, in bytes.</summary>
    public const int LongestLine = 16 << 20;

    /// <summary>For a program that was told to end, and for pipes of one that has ended.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(16);
    private readonly Process _process;
    private readonly ErrorTail _errors;
    private readonly Task _reading;
    private readonly Task _listening;
    private readonly Task _watching;

    private EngineerProgram(Process process)
    {
        _process = process;
        _errors = new ErrorTail(process.StandardError.BaseStream);
        _reading = ReadAsync(new BoundedLines(process.StandardOutput.BaseStream, LongestLine));
        _listening = _errors.ReadAsync();
        _watching = WatchAsync();
    }

    /// <exception cref="EngineerException">It could not be started.</exception>
    public static EngineerProgram Start(string program, IEnumerable<string> arguments, string folder)
    {
        ProcessStartInfo start = ProcessGroup.StartInfo(program, arguments, folder);
        try
        {
            return new EngineerProgram(Process.Start(start)!);
        }
        catch (Win32Exception problem)
        {
            throw new EngineerException($"The engineer {program} could not be started in {folder}: {problem.Message}", problem);
        }
    }

    /// <summary>Sends one line. Where the program is dead nothing is sent: its silence tells.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> line)
    {
        try
        {
            Stream input = _process.StandardInput.BaseStream;
            await input.WriteAsync(line);
            await input.WriteAsync("\n"u8.ToArray());
            await input.FlushAsync();
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            return;
        }
    }

    /// <returns>The next line; null when the program has ended or closed its output.</returns>
    /// <exception cref="InvalidDataException">The line is longer than <see cref="LongestLine"/>.</exception>
    public async Task<byte[]?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (await _lines.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_lines.Reader.TryRead(out byte[]? line))
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>How it ended and what it last wrote to standard error; kills one that only closed its output.</summary>
    public async Task<string> DescribeEndAsync()
    {
        bool isEnded = await IsSoonAsync(_process.WaitForExitAsync());
        Kill();
        await IsSoonAsync(_watching);
        string how = isEnded ? $"exit code {_process.ExitCode}" : "it closed its standard output";
        string last = _errors.LastLines();
        return last.Length > 0 ? $"{how}; it last wrote to standard error: {last}" : $"{how}; it wrote nothing to standard error";
    }

    /// <summary>Kills it and all that it started. Once it has ended that is done already, and its number may be another's.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            ProcessGroup.Kill(_process);
        }
    }

    /// <summary>Closes its input, which tells it to end, and kills it where it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Its end of the pipe is gone: that was to be told.
        }

        await IsSoonAsync(_process.WaitForExitAsync());
        Kill();
        await _watching;
        _process.Dispose();
    }

    private async Task ReadAsync(BoundedLines lines)
    {
        try
        {
            while (await lines.ReadAsync() is { } line)
            {
                await _lines.Writer.WriteAsync(line);
            }

            _lines.Writer.TryComplete();
        }
        catch (InvalidDataException tooLong)
        {
            _lines.Writer.TryComplete(tooLong);
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or ChannelClosedException)
        {
            _lines.Writer.TryComplete();
        }
    }

    private async Task WatchAsync()
    {
        await _process.WaitForExitAsync();
        ProcessGroup.Kill(_process);

        // A descendant with a session of its own may still hold the pipes: it is not waited for.
        await IsSoonAsync(Task.WhenAll(_reading, _listening));
        _lines.Writer.TryComplete();
    }

    private static async Task<bool> IsSoonAsync(Task task)
    {
        await task.WaitAsync(Grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }
}
