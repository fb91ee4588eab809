using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AgentIde.ModelServer;

// agentide-model-server PORT ANSWERS.jsonl: answers one line after the other, the last one from then on.
if (args is not [string portText, string file] || !int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out int port))
{
    await Console.Error.WriteLineAsync("usage: dotnet run --project tests/AgentIde.ModelServer -- PORT ANSWERS.jsonl");
    await Console.Error.WriteLineAsync("A line is an answer: {\"text\": \"...\", \"thinking\": \"...\", \"status\": 429, \"error\": \"...\", \"code\": \"...\", \"retry_after\": 1}");
    return 2;
}
ImmutableArray<CannedAnswer> answers;
try
{
    answers = [.. File.ReadLines(file).Where(line => line.Length > 0).Select(line =>
        JsonSerializer.Deserialize(line, CannedJson.Default.CannedAnswer) ?? throw new JsonException("a line is null"))];
}
catch (Exception problem) when (problem is IOException or JsonException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"{file}: {problem.Message}");
    return 2;
}
if (answers.IsEmpty)
{
    await Console.Error.WriteLineAsync($"{file} holds no answer.");
    return 2;
}
using var ended = new SemaphoreSlim(0);
using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGINT, End);
using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, End);
Func<ReceivedRequest, WireAnswer> respond = ScriptedServer.Canned(answers);
await using var server = new ScriptedServer(request =>
{
    Console.WriteLine($"{request.Method} {request.Path} {request.Body.Length} bytes");
    return respond(request);
}, port);
Console.WriteLine($"{answers.Length} answers at {server.Url}");
await ended.WaitAsync();
return 0;

void End(System.Runtime.InteropServices.PosixSignalContext context)
{
    context.Cancel = true;
    ended.Release();
}
