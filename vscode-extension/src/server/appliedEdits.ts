import * as vscode from 'vscode';
import {
  TextDocumentEdit,
  type ApplyWorkspaceEditParams,
  type ApplyWorkspaceEditRequest,
} from 'vscode-languageclient';

/**
 * Applies an edit of the server and saves the file where the user had nothing unsaved in it: who runs the program
 * next runs what was applied. A file with edits of the user's own stays unsaved.
 */
export const savingWhatWasApplied = async (
  params: ApplyWorkspaceEditParams,
  next: ApplyWorkspaceEditRequest.HandlerSignature,
) => {
  const files = changedFiles(params).map((uri) => vscode.Uri.parse(uri));
  const unsaved = new Set(
    vscode.workspace.textDocuments
      .filter((document) => document.isDirty)
      .map((document) => document.uri.toString()),
  );
  const result = await next(params, new vscode.CancellationTokenSource().token);
  if (!('applied' in result) || !result.applied) return result;

  for (const file of files.filter((uri) => !unsaved.has(uri.toString()))) {
    await (await vscode.workspace.openTextDocument(file)).save();
  }
  return result;
};

function changedFiles({ edit }: ApplyWorkspaceEditParams): string[] {
  const versioned = (edit.documentChanges ?? []).filter((change) => TextDocumentEdit.is(change));
  return [
    ...new Set([...versioned.map((change) => change.textDocument.uri), ...Object.keys(edit.changes ?? {})]),
  ];
}
