using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Chats;

internal sealed class ChatPieceHandler(EditorModels models) : IHandler
{
    public void Register(Connection connection, RequestQueue<ServerState> queue) =>
        connection.OnNotification<ChatPieceParams>("agentide/chatPiece", models.Take);
}
