import path from 'node:path';

/** The server is built for this version of .NET; a later one runs it too. */
export const requiredMajor = 10;

/** What the search asks of the machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  isFile(file: string): boolean;
  /** Output of `FILE --list-runtimes`; rejects where the file can't be run. */
  listRuntimes(file: string): Promise<string>;
}

export type DotnetSearch =
  | { readonly found: true; readonly dotnet: string; readonly version: string }
  | { readonly found: false; readonly message: string; readonly install: string };

/**
 * Finds a .NET that can run the server: the setting, then `DOTNET_ROOT`, the `PATH` and the usual places.
 * Only absolute places outside the open folders count, so no workspace can bring its own `dotnet` along.
 */
export async function findDotnet(
  machine: Machine,
  setting: string,
  workspaceFolders: readonly string[],
): Promise<DotnetSearch> {
  const install = installCommand(machine.platform);
  const candidates = setting === '' ? usualPlaces(machine) : [setting];
  const seen: string[] = [];
  for (const candidate of new Set(candidates)) {
    if (!isTrustworthy(candidate, workspaceFolders) || !machine.isFile(candidate)) continue;
    let output: string;
    try {
      output = await machine.listRuntimes(candidate);
    } catch (error) {
      seen.push(`${candidate} does not run (${error instanceof Error ? error.message : String(error)})`);
      continue;
    }
    const version = newestRuntime(output);
    if (version !== undefined && Number.parseInt(version, 10) >= requiredMajor) {
      return { found: true, dotnet: candidate, version };
    }
    seen.push(`${candidate} has ${version ?? 'no runtime'}`);
  }
  const where = setting === '' ? '' : ` at agentide.dotnetPath (${setting})`;
  const found = seen.length === 0 ? 'none was found' : seen.join('; ');
  return {
    found: false,
    message: `AgentIde needs the .NET ${requiredMajor} runtime${where}: ${found}. Install it with: ${install}`,
    install,
  };
}

/** The newest version of the plain runtime in what `dotnet --list-runtimes` prints. */
export function newestRuntime(output: string): string | undefined {
  const versions = [...output.matchAll(/^Microsoft\.NETCore\.App (\d+\.\d+\.\S+) \[/gm)].flatMap(
    (match) => match[1] ?? [],
  );
  return versions.sort(byVersion).at(-1);
}

/** The command that installs the runtime, as the platform's users know it. */
export function installCommand(platform: NodeJS.Platform): string {
  switch (platform) {
    case 'win32':
      return `winget install Microsoft.DotNet.Runtime.${requiredMajor}`;
    case 'darwin':
      return 'brew install dotnet';
    default:
      return `sudo apt-get install -y dotnet-runtime-${requiredMajor}.0`;
  }
}

function usualPlaces(machine: Machine): string[] {
  const windows = machine.platform === 'win32';
  const program = windows ? 'dotnet.exe' : 'dotnet';
  const { env } = machine;
  const searchPath = (env['PATH'] ?? env['Path'] ?? '').split(windows ? ';' : ':');
  const usual = windows
    ? [path.join(env['ProgramFiles'] ?? 'C:\\Program Files', 'dotnet')]
    : [
        '/usr/local/share/dotnet',
        '/usr/share/dotnet',
        '/usr/lib/dotnet',
        '/opt/homebrew/bin',
        ...home(env['HOME']),
      ];
  return [env['DOTNET_ROOT'] ?? '', ...searchPath, ...usual]
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, program));
}

function home(folder: string | undefined): string[] {
  return folder === undefined ? [] : [path.join(folder, '.dotnet')];
}

function isTrustworthy(file: string, workspaceFolders: readonly string[]): boolean {
  return path.isAbsolute(file) && workspaceFolders.every((folder) => !isBeneath(file, folder));
}

function isBeneath(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function byVersion(a: string, b: string): number {
  const [left, right] = [a, b].map((version) =>
    version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0),
  );
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
