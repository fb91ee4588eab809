using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Commands;

/// <summary>
/// An engineer that is a program of the user's: one JSON object a line in, one out, as docs/ENGINEERS.md has it. It is
/// the user's own and trusted: it runs in the user's folder with the environment of this process, and outside of the
/// sandbox; what it proposes runs inside. It is started with the first request and once more for a request in which it
/// dies; after a cancellation, a time-out or a broken line it is killed, and the next request starts it anew.
/// </summary>
public sealed class CommandEngineer : IEngineer, IAsyncDisposable
{
    private const int LongestThought = 4_000;
    private const int LongestExcerpt = 200;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(40);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly CommandLine _command;
    private readonly string _program;
    private readonly string _folder;
    private readonly string _title;
    private readonly Func<string, string> _redact;
    private readonly TimeProvider _clock;
    private readonly Action<int, string>? _thought;
    private EngineerProgram? _running;

    private CommandEngineer(CommandLine command, string program, string folder, Func<string, string> redact, TimeProvider clock, Action<int, string>? thought)
    {
        _command = command;
        _program = program;
        _folder = folder;
        _title = command.Title(folder);
        _redact = redact;
        _clock = clock;
        _thought = thought;
        Name = $"command/{Digest.Of(command.Text).Short}";
    }

    /// <summary>By the digest of the command's text: arguments may hold what should not enter a log.</summary>
    public string Name { get; }

    /// <param name="command">The program and its arguments: <c>python3 engineer.py</c>.</param>
    /// <param name="folder">Where the user stands; absolute.</param>
    /// <param name="redact">Takes keys out of what the program wrote before it is shown or thrown.</param>
    /// <param name="thought">Hears a node's number and what the program thinks about it, or why it is done.</param>
    /// <exception cref="FormatException">There is no such program; the message stands behind the text of the command.</exception>
    public static CommandEngineer Create(string command, string folder, Func<string, string> redact, TimeProvider clock, Action<int, string>? thought = null)
    {
        CommandLine line = CommandLine.Parse(command);
        return new CommandEngineer(line, Executables.Find(line.Words[0], folder), folder, redact, clock, thought);
    }

    public ImmutableArray<string> Observe(TaskFacts task, DataProfile profile) => [];

    /// <summary>Starts the program afresh and greets it, so that one that can't work is known before a run begins.</summary>
    /// <returns>The name that it gives itself; null where it gives none.</returns>
    /// <exception cref="EngineerProgramException">It does not answer as the protocol has it.</exception>
    public async Task<string?> GreetAsync(CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            await EndAsync();
            return (await AskAsync(null, 0, cancellationToken)).Name;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <exception cref="EngineerProgramException">There is no proposal; the run can be resumed once the program is mended.</exception>
    public async Task<Proposal?> ProposeAsync(Assignment assignment, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            byte[] request = await Requests.ProposeAsync(assignment, cancellationToken);
            double seconds = Requests.SecondsLeft(assignment.Journal);
            using CancellationTokenSource timeUp = new(TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds)), _clock);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeUp.Token, cancellationToken);
            try
            {
                return await ProposeAsync(request, assignment.Node, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new EngineerProgramException(
                    FormattableString.Invariant($"The engineer {_title} did not answer for node {assignment.Node} within the {seconds:0.#} s that the run had left; it was killed.")) { IsTimeUp = true };
            }
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>Tells the program to end by closing its input; kills it where it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _asking.Dispose();
    }

    private async Task<Proposal?> ProposeAsync(byte[] request, int node, CancellationToken cancellationToken)
    {
        ProgramLine answer = await AskAsync(request, node, cancellationToken);
        try
        {
            Proposal? proposal = answer.ToProposal(node);
            if (proposal is null && answer.Why is { } why)
            {
                Tell(node, why);
            }

            return proposal;
        }
        catch (FormatException problem)
        {
            await KillAsync();
            throw new EngineerProgramException($"The engineer {_title} gave no answer for node {node} that can be used: {problem.Message}.", problem);
        }
    }

    /// <param name="request">Null to greet it and no more.</param>
    private async Task<ProgramLine> AskAsync(byte[]? request, int node, CancellationToken cancellationToken)
    {
        try
        {
            for (bool isLast = false; ; isLast = true)
            {
                ProgramLine? answer = await TryAskAsync(request, node, cancellationToken);
                if (answer is not null)
                {
                    return answer;
                }

                await BuryAsync(node, isLast);
            }
        }
        catch
        {
            // What it would still answer belongs to a question that nobody asks any more.
            await KillAsync();
            throw;
        }
    }

    /// <summary>Null where the program ended before it answered.</summary>
    private async Task<ProgramLine?> TryAskAsync(byte[]? request, int node, CancellationToken cancellationToken)
    {
        if (_running is null)
        {
            ProgramLine? hello = await StartAsync(node, cancellationToken);
            if (hello is null || request is null)
            {
                return hello;
            }
        }

        return await ExchangeAsync(_running!, request!, node, cancellationToken);
    }

    private async Task<ProgramLine?> StartAsync(int node, CancellationToken cancellationToken)
    {
        EngineerProgram program = EngineerProgram.Start(_program, _command.Words.Skip(1), _folder);
        _running = program;
        ProgramLine? hello = await ExchangeAsync(program, Requests.Hello, node, cancellationToken);
        return hello is { Version: { } version and not Requests.Version }
            ? throw new EngineerProgramException($"The engineer {_title} speaks version {version} of the protocol, and this is version {Requests.Version}.")
            : hello;
    }

    /// <summary>Null where the program ended before it answered.</summary>
    private async Task<ProgramLine?> ExchangeAsync(EngineerProgram program, byte[] request, int node, CancellationToken cancellationToken)
    {
        Task sending = program.SendAsync(request);
        while (await ReadLineAsync(program, cancellationToken) is { } line)
        {
            ProgramLine answer = Read(line, node);
            if (!answer.IsThought)
            {
                await sending.WaitAsync(cancellationToken);
                return answer;
            }
        }

        return null;
    }

    private async Task<byte[]?> ReadLineAsync(EngineerProgram program, CancellationToken cancellationToken)
    {
        try
        {
            return await program.ReadLineAsync(cancellationToken);
        }
        catch (InvalidDataException tooLong)
        {
            throw new EngineerProgramException($"The engineer {_title} wrote a line of more than {EngineerProgram.LongestLine >> 20} MB, which is the most that is read.", tooLong);
        }
    }

    private ProgramLine Read(byte[] bytes, int node)
    {
        ProgramLine line;
        try
        {
            line = ProgramLine.Parse(bytes);
        }
        catch (FormatException problem)
        {
            throw new EngineerProgramException(
                $"The engineer {_title} wrote a line that is not of the protocol ({problem.Message}): {Excerpt(bytes)}. Standard output is for answers; print all else to standard error.", problem);
        }

        if (line.Error is { } error)
        {
            throw new EngineerProgramException($"The engineer {_title} reports: {OneLine(error, LongestThought)}");
        }

        if (line.Thought is { } thought)
        {
            Tell(node, thought);
        }

        return line;
    }

    private async Task BuryAsync(int node, bool isLast)
    {
        string end = OneLine(await _running!.DescribeEndAsync(), int.MaxValue);
        await KillAsync();
        if (isLast)
        {
            string what = node > 0 ? $"it answered for node {node}" : "it answered the greeting";
            throw new EngineerProgramException($"The engineer {_title} was started twice and ended each time before {what}: {end}");
        }
    }

    private void Tell(int node, string thought) => _thought?.Invoke(node, _redact(thought.Length > LongestThought ? thought[..LongestThought] : thought));

    private string Excerpt(byte[] line) => $"\"{OneLine(Encoding.UTF8.GetString(line.AsSpan(0, Math.Min(line.Length, 4 * LongestExcerpt))), LongestExcerpt)}\"";

    /// <summary>Redacted before it is cut: half a key is none that a redactor knows.</summary>
    private string OneLine(string text, int length)
    {
        string clean = string.Concat(_redact(text).Select(character => char.IsControl(character) ? ' ' : character)).Trim();
        return clean.Length > length ? $"{clean[..length]}…" : clean;
    }

    private async Task KillAsync()
    {
        _running?.Kill();
        await EndAsync();
    }

    private async Task EndAsync()
    {
        if (_running is { } program)
        {
            _running = null;
            await program.DisposeAsync();
        }
    }
}
