using System.IO.Pipelines;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace AgentIde.LanguageServer.Wire;

/// <summary>
/// Messages with headers, of which only those reach the library that it can make something of: another one is logged,
/// answered as the protocol says where somebody waits for an answer, and the session goes on.
/// </summary>
internal sealed class CheckedMessages(PipeWriter writer, PipeReader reader, CheckedFormatter formatter, Action<string> log) : HeaderDelimitedMessageHandler(writer, reader, formatter)
{
    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            JsonRpcMessage? message = await base.ReadCoreAsync(cancellationToken).ConfigureAwait(false);
            if (message is not OddMessage odd)
            {
                return message;
            }

            log($"The editor sent what is no message: {odd.Problem}");
            if (odd.WantsAnswer)
            {
                await WriteAsync(new JsonRpcError { RequestId = odd.Id, Error = new JsonRpcError.ErrorDetail { Code = JsonRpcErrorCode.InvalidRequest, Message = odd.Problem } }, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
