import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';

const prism = path.join(import.meta.dirname, 'node_modules/@stoplight/prism-cli/dist/index.js');

/**
 * Puts a checker before a server: what breaks the description, asked or answered, comes back as an error, of `application/problem+json`.
 * @param {string} folder Where the description is written for it.
 */
export async function startChecked(description, upstream, folder) {
  const file = path.join(folder, 'description.json');
  await writeFile(file, JSON.stringify(description));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const checker = spawn(
    process.execPath,
    [prism, 'proxy', file, upstream, '--errors', '--host', '127.0.0.1', '--port', String(port)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let listening;
  const ready = new Promise((resolve, reject) => {
    listening = resolve;
    checker.once('exit', (code) => reject(new Error(`The checker ended with ${code}.`)));
  });
  for (const stream of [checker.stdout, checker.stderr]) {
    createInterface(stream).on('line', (line) => {
      if (line.includes('Prism is listening')) listening();
    });
  }
  await ready;
  return {
    url,
    stop: async () => {
      if (checker.exitCode !== null) return;
      const ended = once(checker, 'exit');
      checker.kill('SIGKILL');
      await ended;
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
