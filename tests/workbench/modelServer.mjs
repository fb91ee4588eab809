import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const program = path.join(
  import.meta.dirname,
  '../../artifacts/bin/AgentIde.ModelServer/release/AgentIde.ModelServer.dll',
);

/** The scripted model of the tests behind OpenAI's protocol: it answers one text after the other, the last for ever. */
export async function startModelServer(texts) {
  const folder = await mkdtemp(path.join(tmpdir(), 'agentide-model-'));
  const answers = path.join(folder, 'answers.jsonl');
  await writeFile(answers, texts.map((text) => JSON.stringify({ text })).join('\n'));
  const server = spawn('dotnet', [program, '0', answers], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
  const { value } = await lines.next();
  return {
    url: / at (http:\S+)/.exec(value)[1].replace(/\/$/, ''),
    stop: async () => {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
