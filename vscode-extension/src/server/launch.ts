import path from 'node:path';
import { findDotnet, type Machine } from './dotnet';

/** The program that is the server, ready to be spawned. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** Never a folder of the workspace: its `global.json` and the like would have a say in what `dotnet` does. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export type LaunchPlan =
  | { readonly ok: true; readonly launch: Launch }
  | { readonly ok: false; readonly message: string; readonly install?: string };

export interface LaunchSettings {
  readonly serverPath: string;
  readonly dotnetPath: string;
}

/** Environment variables that make .NET load code of somebody's choosing. */
const injections = [
  'DOTNET_STARTUP_HOOKS',
  'DOTNET_ADDITIONAL_DEPS',
  'DOTNET_SHARED_STORE',
  'CORECLR_ENABLE_PROFILING',
];

/** Decides how the server is started: the program of the setting, else the one that came with the extension. */
export async function planLaunch(
  machine: Machine,
  settings: LaunchSettings,
  extensionFolder: string,
  workspaceFolders: readonly string[],
): Promise<LaunchPlan> {
  const { serverPath } = settings;
  if (serverPath !== '' && !path.isAbsolute(serverPath)) {
    return { ok: false, message: `agentide.serverPath must be an absolute path: ${serverPath}` };
  }
  const server = serverPath === '' ? path.join(extensionFolder, 'server', 'agentide.dll') : serverPath;
  if (!machine.isFile(server)) {
    return {
      ok: false,
      message:
        serverPath === ''
          ? 'This build of the extension came without a server: set agentide.serverPath to the agentide executable.'
          : `agentide.serverPath points to a file that does not exist: ${serverPath}`,
    };
  }

  const env = environment(machine.env);
  const cwd = path.dirname(server);
  if (path.extname(server) !== '.dll') {
    return { ok: true, launch: { command: server, args: ['lsp'], cwd, env } };
  }
  const search = await findDotnet(machine, settings.dotnetPath, workspaceFolders);
  if (!search.found) return { ok: false, message: search.message, install: search.install };
  return { ok: true, launch: { command: search.dotnet, args: [server, 'lsp'], cwd, env } };
}

function environment(inherited: Machine['env']): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && !injections.includes(name)) env[name] = value;
  }
  // A machine with only a later .NET than the server was built for runs it all the same.
  env['DOTNET_ROLL_FORWARD'] = 'Major';
  return env;
}
