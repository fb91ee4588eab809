import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { CleanOutput } from './cleanOutput';
import { answerToken } from './gitHub';
import { Method, NodeFile, type GitHubTokenParams } from './protocol';

/** Tells the server that this editor has sessions at GitHub, and hands over a token where a person agreed to open a pull request. */
export function offerGitHubSession(client: LanguageClient, output: CleanOutput): void {
  client.registerFeature({
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = { ...(capabilities.experimental as object), agentideGitHubToken: true };
    },
    initialize: () => undefined,
    getState: () => ({ kind: 'static' }),
    clear: () => undefined,
  });
  client.onRequest(Method.gitHubToken, (params: GitHubTokenParams) =>
    answerToken(
      params,
      // Where a token may go to is said by the person, and by no workspace.
      vscode.workspace.getConfiguration('github-enterprise').inspect<string>('uri')?.globalValue,
      ({ provider, scopes }) =>
        vscode.authentication.getSession(provider, scopes, {
          createIfNone: { detail: `To open a pull request in ${params.repository}.` },
        }),
      output.keepSecret,
    ),
  );
}

/** Whether a document is what a pull request would hold. */
export function isPullRequest(uri: vscode.Uri): boolean {
  return uri.scheme === 'file' && uri.path.endsWith(`/${NodeFile.pullRequest}`);
}

/** Shows beside the text, over which the lenses stand that open it, what GitHub makes of it; nothing where the editor can't. */
export async function showBeside(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
  } catch {
    // An editor without a view of Markdown: the text is there.
  }
}
