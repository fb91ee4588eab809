import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { answerChat, type ChatModel, type ChatTurn } from './chat';
import { Method, type ChatParams, type ChatPieceParams } from './protocol';

/** Whether this editor has language models for extensions: VS Code from 1.90 on, not its older ones or some of its kin. */
export function hasModels(): boolean {
  const lm = (vscode as { lm?: { selectChatModels?: unknown } }).lm;
  return typeof lm?.selectChatModels === 'function';
}

/** The models that the editor offers now; none where it has none, or nobody is signed in. */
export async function editorModels(): Promise<readonly ChatModel[]> {
  return hasModels() ? (await vscode.lm.selectChatModels({})).map(chatModel) : [];
}

/** Tells the server that it may ask the editor's models, and has them answer. */
export function offerModels(client: LanguageClient): void {
  if (!hasModels()) return;
  client.registerFeature({
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = { ...(capabilities.experimental as object), agentideChat: true };
    },
    initialize: () => undefined,
    getState: () => ({ kind: 'static' }),
    clear: () => undefined,
  });
  client.onRequest(Method.chat, (params: ChatParams, token: vscode.CancellationToken) =>
    answerChat(
      params,
      editorModels,
      (text) => {
        const piece: ChatPieceParams = { run: params.run, call: params.call, text };
        void client.sendNotification(Method.chatPiece, piece);
      },
      token,
    ),
  );
}

function chatModel(model: vscode.LanguageModelChat): ChatModel {
  const { id, name, vendor, family } = model;
  return {
    id,
    name,
    vendor,
    family,
    sendRequest: async (messages, justification, signal) => {
      const token = signal as vscode.CancellationToken;
      return (await model.sendRequest(messages.map(message), { justification }, token)).text;
    },
  };
}

function message({ role, text }: ChatTurn): vscode.LanguageModelChatMessage {
  return role === 'user'
    ? vscode.LanguageModelChatMessage.User(text)
    : vscode.LanguageModelChatMessage.Assistant(text);
}
