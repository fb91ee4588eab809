// A VS Code workbench of its own on a free port, and a person at it: a browser that clicks, types and reads.
import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { isRunning, processesOf } from './processes.mjs';
import { Window } from './window.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-sync',
];

export class Workbench extends Window {
  /** What the browser's console called an error. */
  errors = [];
  /** All that are open, itself first. */
  windows = [this];
  #folder;
  #server;
  #browser;
  #url;
  #look;

  /**
   * Starts the workbench with an extension in it. `prepare` gets the empty folder that it will open; `environment`
   * is what its processes are told beside ours. Everything it or its children write lies in one temporary folder.
   */
  static async start(options) {
    const workbench = new Workbench();
    try {
      await workbench.#start(options);
    } catch (error) {
      await workbench.stop();
      throw error;
    }
    return workbench;
  }

  get workspace() {
    return path.join(this.#folder, 'workspace', 'diamonds');
  }

  /** What the server of the workbench has written so far. */
  get log() {
    return readFileSync(path.join(this.#folder, 'server.log'), 'utf8');
  }

  /** The ids of its processes that run a program, or one of its commands. */
  async processes(program) {
    const ids = await processesOf(this.#folder);
    const matches = await Promise.all(ids.map((id) => isRunning(id, program)));
    return ids.filter((_, index) => matches[index]);
  }

  async #start({
    vsix,
    settings = {},
    size = { width: 1440, height: 900 },
    scale = 1.5,
    environment,
    prepare,
  }) {
    this.#folder = await mkdtemp(path.join(tmpdir(), 'agentide-workbench-'));
    await mkdir(this.workspace, { recursive: true });
    await prepare(this.workspace);
    const settingsFile = path.join(this.#folder, 'settings.json');
    await writeFile(settingsFile, JSON.stringify(settings));

    const port = await freePort();
    const log = openSync(path.join(this.#folder, 'server.log'), 'w');
    const script = path.join(here, 'start.sh');
    const state = path.join(this.#folder, 'state');
    this.#server = spawn(script, [state, this.workspace, String(port), vsix, settingsFile], {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...environment },
    });
    await this.#untilHealthy(`http://127.0.0.1:${port}/healthz`);

    const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
    this.#browser = await chromium.launch({ executablePath, args: browserArguments });
    this.#url = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(this.workspace)}`;
    this.#look = { viewport: size, deviceScaleFactor: scale };
    this.page = await this.#open();
  }

  /** A second window on the same folder, with an extension and a server of its own. */
  async openAnother() {
    const window = new Window(await this.#open());
    this.windows.push(window);
    return window;
  }

  async #open() {
    const page = await this.#browser.newPage(this.#look);
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => message.type() === 'error' && this.errors.push(message.text()));
    page.on('pageerror', (error) => this.errors.push(error.message));
    await page.goto(this.#url);
    await new Window(page).untilShown();
    return page;
  }

  async #untilHealthy(url) {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await pause(100)) {
      if (this.#server.exitCode !== null) break;
      const answer = await fetch(url).catch(() => undefined);
      if (answer?.ok) return;
    }
    throw new Error(`The workbench did not come up:\n${this.log}`);
  }

  /** Ends the browser, the server, and whatever they started that is still there, runs included. */
  async stop() {
    await this.#browser?.close();
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      for (let waited = 0; waited < 50; waited++) {
        const processes = this.#folder === undefined ? [] : await processesOf(this.#folder);
        if (processes.length === 0) break;
        if (waited === 0) processes.forEach((id) => kill(id, signal));
        await pause(100);
      }
    }
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function kill(id, signal) {
  try {
    process.kill(id, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
