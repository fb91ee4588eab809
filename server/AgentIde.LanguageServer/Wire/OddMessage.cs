using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace AgentIde.LanguageServer.Wire;

/// <summary>A message that came whole but is none of JSON-RPC's, or that answers nothing.</summary>
/// <param name="id">Of the request; null where it has none that could be sent back.</param>
/// <param name="problem">One sentence for whoever wrote the client.</param>
/// <param name="wantsAnswer">False for a notification and for an answer: nobody waits for anything.</param>
internal sealed class OddMessage(RequestId id, string problem, bool wantsAnswer) : JsonRpcMessage
{
    public RequestId Id => id;

    public string Problem => problem;

    public bool WantsAnswer => wantsAnswer;
}
