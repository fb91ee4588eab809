import * as vscode from 'vscode';

const name = 'diamonds';

/** Puts the sample task into the folder that is open, or else into one that is chosen and then opened. */
export async function openSample(extension: vscode.Uri): Promise<void> {
  const sample = vscode.Uri.joinPath(extension, 'sample');
  if (!(await exists(sample))) throw new Error('This build of the extension came without its sample task.');
  const open = vscode.workspace.workspaceFolders?.[0]?.uri;
  const parent = open ?? (await chooseParent());
  if (!parent) return;
  const folder = vscode.Uri.joinPath(parent, name);
  const task = vscode.Uri.joinPath(folder, 'task.yaml');
  // What is there already may have been changed by its owner.
  if (!(await exists(folder))) await vscode.workspace.fs.copy(sample, folder);
  if (!(await exists(task))) throw new Error(`${folder.fsPath} is there already, and is no task.`);
  if (open) await vscode.window.showTextDocument(task);
  else await vscode.commands.executeCommand('vscode.openFolder', folder);
}

async function chooseParent(): Promise<vscode.Uri | undefined> {
  const folders = await vscode.window.showOpenDialog({
    title: 'Where should the sample task be put?',
    openLabel: 'Put it here',
    canSelectFolders: true,
    canSelectFiles: false,
  });
  return folders?.[0];
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return false;
    throw error;
  }
}
