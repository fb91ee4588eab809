import { readdir, readFile } from 'node:fs/promises';

/** The processes that have a path in their command line or environment, this one excepted. */
export async function processesOf(folder) {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(ids.map(async (id) => (await mentions(id, folder)) && id));
  return found.filter((id) => id && id !== process.pid);
}

async function mentions(id, folder) {
  for (const file of ['cmdline', 'environ']) {
    try {
      if ((await readFile(`/proc/${id}/${file}`)).includes(folder)) return true;
    } catch (error) {
      // Gone meanwhile, or somebody else's: not one of ours.
      if (!['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(error.code)) throw error;
    }
  }
  return false;
}
