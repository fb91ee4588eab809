import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RunFeed } from '../src/runs/runFeed';
import { RunList, type Change } from '../src/runs/runList';
import type { EventsParams, EventsResult, RunsResult, RunView } from '../src/server/protocol';
import { delta, nodeView, runView } from './views';

/** A server whose runs have a head; it answers at most `page` events at a time, and only when told where told so. */
class ScriptedServer {
  readonly asked: EventsParams[] = [];
  lists = 0;
  page = 1000;
  fails = false;
  private readonly known = new Map<string, { view: RunView; head: number }>();
  private held: (() => void)[] | undefined;

  /** Takes a run to a head; one that is new comes first. */
  advance(run: string, head: number, view: Partial<RunView> = {}): this {
    this.known.set(run, { view: runView({ run, ...view }), head });
    return this;
  }

  hold(): void {
    this.held = [];
  }

  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const answer of held) answer();
  }

  async runs(): Promise<RunsResult> {
    this.lists++;
    if (this.fails) throw new Error('gone');
    return await this.whenTold({ runs: [...this.known.values()].map(({ view }) => view).reverse() });
  }

  async events(params: EventsParams): Promise<EventsResult> {
    this.asked.push(params);
    const run = this.known.get(params.run);
    if (this.fails || !run) throw new Error('gone');
    const seq = Math.min(run.head, params.after + this.page);
    const nodes = Array.from({ length: seq - params.after }, (_, index) =>
      nodeView({ node: params.after + index + 1 }),
    );
    return await this.whenTold({ ...delta(seq, nodes, run.view), ...(seq < run.head && { more: true }) });
  }

  private async whenTold<T>(answer: T): Promise<T> {
    await new Promise<void>((resolve) => {
      if (this.held) this.held.push(resolve);
      else resolve();
    });
    return answer;
  }
}

function connect(server: ScriptedServer) {
  const list = new RunList();
  const changes: Change[] = [];
  const errors: unknown[] = [];
  const feed = new RunFeed(list, server, {
    listed: () => undefined,
    changed: (change) => changes.push(change),
    failed: (error) => errors.push(error),
  });
  return { list, feed, changes, errors };
}

describe('The feed of runs', () => {
  it('reads the list, then the nodes of the runs under way only', async () => {
    const server = new ScriptedServer()
      .advance('a-1', 40, { liveness: 'finished' })
      .advance('a-2', 5, { liveness: 'paused' })
      .advance('a-3', 3);
    const { list, feed } = connect(server);
    await feed.refresh();
    assert.deepEqual(
      ['a-1', 'a-2', 'a-3'].map((run) => list.nodes(run).length),
      [0, 5, 3],
    );
    await feed.load('a-1');
    await feed.load('a-1');
    assert.equal(list.nodes('a-1').length, 40);
    assert.equal(server.asked.length, 3);
  });

  it('asks only for what came after what it knows', async () => {
    const server = new ScriptedServer().advance('a-1', 4);
    const { list, feed } = connect(server);
    await feed.refresh();
    server.advance('a-1', 6);
    await feed.runChanged({ run: 'a-1', seq: 6 });
    await feed.runChanged({ run: 'a-1', seq: 5 });
    assert.deepEqual(
      server.asked.map((question) => question.after),
      [0, 4],
    );
    assert.equal(list.nodes('a-1').length, 6);
  });

  it('reads the list again where it hears of a run that it does not know', async () => {
    const server = new ScriptedServer().advance('a-1', 4, { liveness: 'finished' });
    const { list, feed } = connect(server);
    await feed.refresh();
    server.advance('a-2', 2);
    await feed.runChanged({ run: 'a-2', seq: 2 });
    assert.deepEqual(
      list.runs().map(({ run }) => run),
      ['a-2', 'a-1'],
    );
    assert.equal(list.nodes('a-2').length, 2);
  });

  it('reads no nodes of finished runs, however many a server speaks of when it starts', async () => {
    const server = new ScriptedServer();
    const { list, feed } = connect(server);
    server.hold();
    const news: Promise<void>[] = [];
    for (let run = 1; run <= 100; run++) {
      server.advance(`a-${run}`, 1000, { liveness: 'finished' });
      news.push(feed.runChanged({ run: `a-${run}`, seq: 1000 }));
    }
    server.release();
    await Promise.all(news);
    assert.equal(list.runs().length, 100);
    assert.deepEqual([server.lists, server.asked.length], [2, 0]);
  });

  it('turns a burst of news into a few questions and still comes to the head', async () => {
    const server = new ScriptedServer().advance('a-1', 1);
    const { list, feed } = connect(server);
    await feed.refresh();
    server.hold();
    const news: Promise<void>[] = [];
    for (let seq = 2; seq <= 1000; seq++) {
      server.advance('a-1', seq);
      news.push(feed.runChanged({ run: 'a-1', seq }));
    }
    server.release();
    await Promise.all(news);
    assert.equal(list.seq('a-1'), 1000);
    assert.equal(list.nodes('a-1').length, 1000);
    assert.equal(server.asked.length, 3);
  });

  it('asks again where the news names the head it knows: the process of the run may have died', async () => {
    const server = new ScriptedServer().advance('a-1', 4);
    const { list, feed, changes } = connect(server);
    await feed.refresh();
    server.advance('a-1', 4, { liveness: 'interrupted' });
    await feed.runChanged({ run: 'a-1', seq: 4 });
    assert.deepEqual(
      changes.map(({ isFurther }) => isFurther),
      [true, false],
    );
    assert.equal(list.run('a-1')?.liveness, 'interrupted');
  });

  it('reads a long run page by page', async () => {
    const server = new ScriptedServer().advance('a-1', 95);
    server.page = 10;
    const { list, feed, changes } = connect(server);
    await feed.refresh();
    assert.equal(list.nodes('a-1').length, 95);
    assert.equal(changes.length, 10);
  });

  it('stops asking where an answer brings nothing, whatever was announced', async () => {
    const server = new ScriptedServer().advance('a-1', 2);
    const { list, feed } = connect(server);
    await feed.refresh();
    await feed.runChanged({ run: 'a-1', seq: 50 });
    assert.equal(list.seq('a-1'), 2);
    assert.equal(server.asked.length, 2);
  });

  it('drops answers of a server that is gone', async () => {
    const server = new ScriptedServer().advance('a-1', 5);
    const { list, feed, changes } = connect(server);
    server.hold();
    const asked = feed.refresh();
    feed.reset();
    server.release();
    await asked;
    assert.deepEqual([list.runs().length, changes.length], [0, 0]);
    await feed.refresh();
    assert.equal(list.seq('a-1'), 5);
  });

  it('tells of an error, keeps what is shown, and asks again at the next news', async () => {
    const server = new ScriptedServer().advance('a-1', 5);
    const { list, feed, errors } = connect(server);
    await feed.refresh();
    server.fails = true;
    await feed.runChanged({ run: 'a-1', seq: 6 });
    await feed.refresh();
    assert.equal(errors.length, 2);
    assert.equal(list.nodes('a-1').length, 5);
    server.fails = false;
    server.advance('a-1', 6);
    await feed.runChanged({ run: 'a-1', seq: 6 });
    assert.equal(list.nodes('a-1').length, 6);
  });
});
