import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Machine } from './dotnet';

const run = promisify(execFile);

/** The machine that the extension runs on. */
export const machine: Machine = {
  platform: process.platform,
  env: process.env,
  isFile: (file) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false,
  listRuntimes: async (file) => {
    const { stdout } = await run(file, ['--list-runtimes'], { cwd: path.dirname(file), timeout: 10_000 });
    return stdout;
  },
};
