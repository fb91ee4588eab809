import { readdir, readFile } from 'node:fs/promises';

/** The processes that have a path in their command line or environment, this one excepted. */
export async function processesOf(folder) {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(ids.map(async (id) => (await mentions(id, folder)) && id));
  return found.filter((id) => id && id !== process.pid);
}

/** True where a process was started with this program, this file for its interpreter, or this as the program's command. */
export async function isRunning(id, program) {
  return (await read(id, 'cmdline')).toString().split('\0').slice(0, 3).includes(program);
}

async function mentions(id, folder) {
  return (await read(id, 'cmdline')).includes(folder) || (await read(id, 'environ')).includes(folder);
}

async function read(id, file) {
  try {
    return await readFile(`/proc/${id}/${file}`);
  } catch (error) {
    // Gone meanwhile, or somebody else's: not one of ours.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(error.code)) return Buffer.alloc(0);
    throw error;
  }
}
