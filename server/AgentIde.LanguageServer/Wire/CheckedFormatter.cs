using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace AgentIde.LanguageServer.Wire;

/// <summary>
/// Looks at the envelope of a message before the library does, which takes one that is not as it expects for the end of
/// the connection: also one that answers nothing, or answers for the second time. What is no JSON at all still is that
/// end: nobody knows what it was meant to change.
/// </summary>
internal sealed class CheckedFormatter : SystemTextJsonFormatter, IJsonRpcMessageFormatter, IJsonRpcMessageTextFormatter
{
    private readonly ConcurrentDictionary<RequestId, bool> _asked = [];

    /// <summary>A request is about to be sent: it may be answered once.</summary>
    public void Asked(RequestId id) => _asked[id] = true;

    JsonRpcMessage IJsonRpcMessageFormatter.Deserialize(ReadOnlySequence<byte> contentBuffer) => Odd(contentBuffer) ?? Deserialize(contentBuffer);

    JsonRpcMessage IJsonRpcMessageTextFormatter.Deserialize(ReadOnlySequence<byte> contentBuffer, Encoding encoding) =>
        (encoding is UTF8Encoding ? Odd(contentBuffer) : null) ?? Deserialize(contentBuffer, encoding);

    /// <summary>Null for a message as JSON-RPC has it.</summary>
    private OddMessage? Odd(ReadOnlySequence<byte> body)
    {
        Utf8JsonReader reader = new(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new OddMessage(RequestId.Null, "A message is one object; there are no batches.", wantsAnswer: true);
        }

        RequestId id = RequestId.Null;
        bool hasId = false, isIdOdd = false, hasMethod = false, isAnswer = false;
        string? problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isId = reader.ValueTextEquals("id"u8), isMethod = reader.ValueTextEquals("method"u8), isParams = reader.ValueTextEquals("params"u8);
            bool isText = isMethod || reader.ValueTextEquals("jsonrpc"u8) || reader.ValueTextEquals("traceparent"u8) || reader.ValueTextEquals("tracestate"u8);
            isAnswer |= reader.ValueTextEquals("result"u8) || reader.ValueTextEquals("error"u8);
            hasMethod |= isMethod;
            reader.Read();
            if (isId)
            {
                hasId = true;
                isIdOdd = !TryReadId(ref reader, out id);
            }
            else if (isText && reader.TokenType != JsonTokenType.String)
            {
                problem ??= "The names of a message are strings.";
            }
            else if (isParams && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.Null))
            {
                problem ??= "The params of a message are an object or a list.";
            }

            reader.Skip();
        }

        if (isIdOdd)
        {
            return new OddMessage(RequestId.Null, "The id of a message is a string or a whole number of 64 bits.", wantsAnswer: hasMethod);
        }

        return !hasMethod && !isAnswer ? new OddMessage(id, "A message has a method, a result or an error.", wantsAnswer: true)
            : problem is not null ? new OddMessage(id, problem, wantsAnswer: hasMethod && hasId)
            : !hasMethod && !_asked.TryRemove(id, out _) ? new OddMessage(id, $"{(id.IsNull ? "null" : id)} is answered, by which nothing was asked, or which was answered before.", wantsAnswer: false)
            : null;
    }

    private static bool TryReadId(ref Utf8JsonReader reader, out RequestId id)
    {
        id = RequestId.Null;
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetInt64(out long number):
                id = new RequestId(number);
                return true;
            case JsonTokenType.String:
                try
                {
                    id = new RequestId(reader.GetString());
                    return true;
                }
                catch (InvalidOperationException)
                {
                    // Half a pair of UTF-16: it can't be sent back.
                    return false;
                }

            default:
                return reader.TokenType == JsonTokenType.Null;
        }
    }
}
