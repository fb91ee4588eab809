import * as vscode from 'vscode';
import { registerCommands } from '../runs/commands';
import type { LanguageServer } from '../server/languageServer';
import {
  ServerCommand,
  candidatesOf,
  type CreateTaskArguments,
  type CreateTaskResult,
} from '../server/protocol';
import { openSample } from './sample';

/** What a newcomer does before there is a run. */
export function registerFirstRun(
  context: vscode.ExtensionContext,
  server: LanguageServer,
  output: vscode.LogOutputChannel,
): vscode.Disposable[] {
  const watcher = vscode.workspace.createFileSystemWatcher('**/task.yaml', false, true, false);
  const look = () => void tellOfTasks();
  look();
  return [
    watcher,
    watcher.onDidCreate(look),
    watcher.onDidDelete(look),
    ...registerCommands(
      {
        'agentide.openWalkthrough': async () => {
          const walkthrough = `${context.extension.id}#firstRun`;
          await vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false);
        },
        'agentide.checkMachine': () => checkMachine(server),
        'agentide.makeTask': (target) => makeTask(server, target),
        'agentide.openSample': async () => {
          await openSample(context.extensionUri);
          // The watcher may not have been there yet.
          await tellOfTasks();
        },
      },
      output,
    ),
  ];
}

/** The walkthrough ticks a step where there is a task. */
async function tellOfTasks(): Promise<void> {
  const exclude = '**/{node_modules,.agentide,.git}/**';
  const tasks = await vscode.workspace.findFiles('**/task.yaml', exclude, 1);
  await vscode.commands.executeCommand('setContext', 'agentide.hasTask', tasks.length > 0);
}

/** `agentide doctor` in a terminal that stays: what is here, what is missing, and the command that brings it. */
async function checkMachine(server: LanguageServer): Promise<void> {
  const plan = await server.planLaunch();
  if (!plan.ok) throw new Error(plan.message);
  const { command, args, env } = plan.launch;
  const folder = vscode.workspace.workspaceFolders?.[0];
  const task = new vscode.Task(
    { type: 'agentide' },
    folder ?? vscode.TaskScope.Workspace,
    'Check this machine',
    'AgentIde',
    new vscode.ProcessExecution(command, [...args.slice(0, -1), 'doctor'], {
      env: { ...env },
      ...(folder && { cwd: folder.uri.fsPath }),
    }),
  );
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, focus: true, clear: true };
  await vscode.tasks.executeTask(task);
}

async function makeTask(server: LanguageServer, target: unknown): Promise<void> {
  const folder = target instanceof vscode.Uri ? target : await chooseFolder();
  if (!folder) return;
  if (!(await server.offers(ServerCommand.createTask))) {
    throw new Error('This server does not make tasks: agentide.serverPath names an older one.');
  }
  const made = await createTask(server, { folder: folder.toString() });
  if (!made) return;
  const task = vscode.Uri.joinPath(folder, 'task.yaml');
  await tellOfTasks();
  await vscode.window.showTextDocument(task, { preview: false });
  const start = 'Start a run';
  if ((await vscode.window.showInformationMessage(made.why, start)) === start) {
    await vscode.commands.executeCommand('agentide.startRun', task);
  }
}

/** Asks for the column to predict where the tables leave it open; undefined where the user gave up. */
async function createTask(
  server: LanguageServer,
  args: CreateTaskArguments,
): Promise<CreateTaskResult | undefined> {
  try {
    return await server.execute<CreateTaskResult>(ServerCommand.createTask, args);
  } catch (error) {
    const candidates = candidatesOf(error);
    if (candidates.length === 0 || args.label !== undefined) throw error;
    const label = await vscode.window.showQuickPick(candidates, {
      placeHolder: 'The column to predict',
      ignoreFocusOut: true,
    });
    return label === undefined ? undefined : createTask(server, { ...args, label });
  }
}

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const open = vscode.workspace.workspaceFolders?.[0]?.uri;
  const folders = await vscode.window.showOpenDialog({
    title: 'A folder with a train and a test CSV',
    openLabel: 'Make a task of it',
    canSelectFolders: true,
    canSelectFiles: false,
    ...(open && { defaultUri: open }),
  });
  return folders?.[0];
}
