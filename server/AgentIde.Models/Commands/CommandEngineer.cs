using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Commands;

/// <summary>
/// An engineer that is a program of the user's: one JSON object a line in, one out, as docs/ENGINEERS.md has it. It is
/// the user's own and trusted: it runs in the user's folder with the environment of this process, and outside of the
/// sandbox; what it proposes runs inside. It is started with the first request and once more for a request in which it
/// dies; after a cancellation or a broken line it is killed, and the next request starts it anew.
/// </summary>
public sealed class CommandEngineer : IEngineer, IAsyncDisposable
{
    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly CommandLine _command;
    private readonly string _program;
    private readonly string _folder;
    private readonly string _title;
    private readonly Speech _speech;
    private EngineerProgram? _running;

    private CommandEngineer(CommandLine command, string program, string folder, Func<string, string> redact, Action<int, string>? thought)
    {
        _command = command;
        _program = program;
        _folder = folder;
        _title = command.Title(folder);
        _speech = new Speech(_title, redact, thought);
        Name = $"{RunSettings.OfProgram}{Digest.Of(command.Text).Short}";
    }

    /// <summary>By the digest of the command's text: arguments may hold what should not enter a log.</summary>
    public string Name { get; }

    /// <param name="command">The program and its arguments: <c>python3 engineer.py</c>.</param>
    /// <param name="folder">Where the user stands; absolute.</param>
    /// <param name="redact">Takes keys out of what the program wrote before it is shown or thrown.</param>
    /// <param name="thought">Hears a node's number and what the program thinks about it, or why it is done.</param>
    /// <exception cref="FormatException">There is no such program; the message stands behind the text of the command.</exception>
    public static CommandEngineer Create(string command, string folder, Func<string, string> redact, Action<int, string>? thought = null)
    {
        CommandLine line = CommandLine.Parse(command);
        return new CommandEngineer(line, Executables.Find(line.Words[0], folder), folder, redact, thought);
    }

    public ImmutableArray<string> Observe(TaskFacts task, DataProfile profile) => [];

    /// <summary>Starts the program afresh and greets it, so that one that can't work is known before a run begins.</summary>
    /// <returns>The name that it gives itself; null where it gives none.</returns>
    /// <exception cref="EngineerException">It does not answer as the protocol has it.</exception>
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

    /// <summary>Takes as long as the program does: whoever asks bounds it by cancelling, which kills the program.</summary>
    /// <exception cref="EngineerException">There is no proposal; the run can be resumed once the program is mended.</exception>
    public async Task<Proposal?> ProposeAsync(Assignment assignment, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            int node = assignment.Node;
            ProgramLine answer = await AskAsync(await Requests.ProposeAsync(assignment, cancellationToken), node, cancellationToken);
            Proposal? proposal = await ReadAsync(answer, node);
            if (proposal is null && answer.Why is { } why)
            {
                _speech.Tell(node, why);
            }

            return proposal;
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

    private async Task<Proposal?> ReadAsync(ProgramLine answer, int node)
    {
        try
        {
            return answer.ToProposal(node);
        }
        catch (FormatException problem)
        {
            await KillAsync();
            throw new EngineerException($"The engineer {_title} gave no answer for node {node} that can be used: {problem.Message}.", problem);
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
            ? throw new EngineerException($"The engineer {_title} speaks version {version} of the protocol, and this is version {Requests.Version}.")
            : hello;
    }

    /// <summary>Null where the program ended before it answered.</summary>
    private async Task<ProgramLine?> ExchangeAsync(EngineerProgram program, byte[] request, int node, CancellationToken cancellationToken)
    {
        Task sending = program.SendAsync(request);
        while (await ReadLineAsync(program, cancellationToken) is { } line)
        {
            ProgramLine answer = _speech.Read(line, node);
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
            throw new EngineerException($"The engineer {_title} wrote a line of more than {EngineerProgram.LongestLine >> 20} MB, which is the most that is read.", tooLong);
        }
    }

    private async Task BuryAsync(int node, bool isLast)
    {
        string end = _speech.OneLine(await _running!.DescribeEndAsync(), int.MaxValue);
        await KillAsync();
        if (isLast)
        {
            string what = node > 0 ? $"it answered for node {node}" : "it answered the greeting";
            throw new EngineerException($"The engineer {_title} was started twice and ended each time before {what}: {end}");
        }
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
