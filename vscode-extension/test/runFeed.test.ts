import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RunFeed } from '../src/runs/runFeed';
import { RunList, type Change } from '../src/runs/runList';
import type { EventsParams, EventsResult, RunsResult, RunView } from '../src/server/protocol';
import { delta, nodeView, runView } from './views';

/** A server whose runs have a head; it answers at most `page` events at a time, and only when told where told so. */
class ScriptedServer {
  readonly asked: EventsParams[] = [];
  readonly heads = new Map<string, number>();
  page = 1000;
  fails = false;
  private held: (() => void)[] | undefined;

  constructor(private readonly views: readonly RunView[] = []) {}

  hold(): void {
    this.held = [];
  }

  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const answer of held) answer();
  }

  runs(): Promise<RunsResult> {
    return this.fails ? Promise.reject(new Error('gone')) : Promise.resolve({ runs: this.views });
  }

  async events(params: EventsParams): Promise<EventsResult> {
    this.asked.push(params);
    if (this.fails) throw new Error('gone');
    const head = this.heads.get(params.run) ?? 0;
    const seq = Math.min(head, params.after + this.page);
    const nodes = Array.from({ length: seq - params.after }, (_, index) =>
      nodeView({ node: params.after + index + 1 }),
    );
    const answer = { ...delta(seq, nodes, { run: params.run }), ...(seq < head && { more: true }) };
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
  let lists = 0;
  const feed = new RunFeed(list, server, {
    listed: () => lists++,
    changed: (change) => changes.push(change),
    failed: (error) => errors.push(error),
  });
  return { list, feed, changes, errors, lists: () => lists };
}

describe('The feed of runs', () => {
  it('reads the list, then the nodes of the run under way only', async () => {
    const server = new ScriptedServer([
      runView({ run: 'diamonds-2' }),
      runView({ run: 'diamonds-1', liveness: 'finished' }),
    ]);
    server.heads.set('diamonds-2', 3).set('diamonds-1', 40);
    const { list, feed, lists } = connect(server);
    await feed.refresh();
    assert.equal(lists(), 1);
    assert.equal(list.nodes('diamonds-2').length, 3);
    assert.deepEqual(server.asked, [{ run: 'diamonds-2', after: 0 }]);
    await feed.load('diamonds-1');
    await feed.load('diamonds-1');
    assert.equal(list.nodes('diamonds-1').length, 40);
    assert.equal(server.asked.length, 2);
  });

  it('asks only for what came after what it knows', async () => {
    const server = new ScriptedServer();
    const { list, feed } = connect(server);
    server.heads.set('a-1', 4);
    await feed.runChanged({ run: 'a-1', seq: 4 });
    server.heads.set('a-1', 6);
    await feed.runChanged({ run: 'a-1', seq: 6 });
    await feed.runChanged({ run: 'a-1', seq: 5 });
    assert.deepEqual(
      server.asked.map((question) => question.after),
      [0, 4],
    );
    assert.equal(list.nodes('a-1').length, 6);
  });

  it('turns a burst of news into a few questions and still comes to the head', async () => {
    const server = new ScriptedServer();
    const { list, feed } = connect(server);
    server.hold();
    const news: Promise<void>[] = [];
    for (let seq = 1; seq <= 1000; seq++) {
      server.heads.set('a-1', seq);
      news.push(feed.runChanged({ run: 'a-1', seq }));
    }
    server.release();
    await Promise.all(news);
    assert.equal(list.seq('a-1'), 1000);
    assert.equal(list.nodes('a-1').length, 1000);
    assert.equal(server.asked.length, 2);
  });

  it('asks again where the news names the head it knows: the process of the run may have died', async () => {
    const server = new ScriptedServer();
    server.heads.set('a-1', 4);
    const { feed, changes } = connect(server);
    await feed.runChanged({ run: 'a-1', seq: 4 });
    await feed.runChanged({ run: 'a-1', seq: 4 });
    assert.deepEqual(
      changes.map(({ isFurther }) => isFurther),
      [true, false],
    );
  });

  it('reads a long run page by page', async () => {
    const server = new ScriptedServer();
    server.page = 10;
    server.heads.set('a-1', 95);
    const { list, feed, changes } = connect(server);
    await feed.load('a-1');
    assert.equal(list.nodes('a-1').length, 95);
    assert.equal(changes.length, 10);
  });

  it('stops asking where an answer brings nothing, whatever was announced', async () => {
    const server = new ScriptedServer();
    server.heads.set('a-1', 2);
    const { list, feed } = connect(server);
    await feed.runChanged({ run: 'a-1', seq: 50 });
    assert.equal(list.seq('a-1'), 2);
    assert.equal(server.asked.length, 2);
  });

  it('drops answers of a server that is gone', async () => {
    const server = new ScriptedServer();
    const { list, feed, changes } = connect(server);
    server.heads.set('a-1', 5);
    server.hold();
    const asked = feed.load('a-1');
    feed.reset();
    server.release();
    await asked;
    assert.deepEqual([list.seq('a-1'), changes.length], [0, 0]);
    await feed.load('a-1');
    assert.equal(list.seq('a-1'), 5);
  });

  it('tells of an error, keeps what is shown, and asks again at the next news', async () => {
    const server = new ScriptedServer();
    const { list, feed, errors } = connect(server);
    server.heads.set('a-1', 5);
    await feed.load('a-1');
    server.fails = true;
    server.heads.set('a-1', 6);
    await feed.runChanged({ run: 'a-1', seq: 6 });
    await feed.refresh();
    assert.equal(errors.length, 2);
    assert.equal(list.nodes('a-1').length, 5);
    server.fails = false;
    await feed.runChanged({ run: 'a-1', seq: 6 });
    assert.equal(list.nodes('a-1').length, 6);
  });
});
