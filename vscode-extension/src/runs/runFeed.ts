import type { EventsParams, EventsResult, RunChangedParams, RunsResult } from '../server/protocol';
import { isUnderWay, type Change, type RunList } from './runList';

/** What the feed asks of the server. */
export interface RunRequests {
  runs(): Promise<RunsResult>;
  events(params: EventsParams): Promise<EventsResult>;
}

export interface RunFeedListener {
  /** The list of runs was read anew. */
  listed(): void;
  /** A delta came in. */
  changed(change: Change): void;
  /** The server did not answer a question; what is shown stays as it was. */
  failed(error: unknown): void;
}

interface Pull {
  /** The head that the server last spoke of. */
  target: number;
  readonly done: Promise<void>;
}

/**
 * Keeps a run list up to date. For each run at most one question is under way; news that arrives meanwhile
 * only moves the target, so a burst of a thousand events costs a handful of requests.
 */
export class RunFeed {
  private readonly pulls = new Map<string, Pull>();
  private refreshing: Promise<void> | undefined;
  private refreshesAsked = 0;
  /** Raised when the server goes away: answers to questions asked before are dropped. */
  private generation = 0;

  constructor(
    private readonly list: RunList,
    private readonly requests: RunRequests,
    private readonly listener: RunFeedListener,
  ) {}

  /** Reads the list of runs, then the nodes of those that are under way or were looked at before. */
  refresh(): Promise<void> {
    this.refreshesAsked++;
    if (this.refreshing) return this.refreshing;
    const refreshing = this.refreshAll().finally(() => {
      if (this.refreshing === refreshing) this.refreshing = undefined;
    });
    this.refreshing = refreshing;
    return refreshing;
  }

  /** Has the nodes of a run read, if they never were. */
  async load(run: string): Promise<void> {
    if (this.list.seq(run) === 0) await this.pull(run, 0);
  }

  /**
   * The server says that a run has come to `seq`, or that it has changed without coming further. Of a run whose
   * nodes nobody has looked at only the line in the list is of interest.
   */
  async runChanged({ run, seq }: RunChangedParams): Promise<void> {
    const known = this.list.seq(run);
    if (known === 0 && !this.pulls.has(run)) await this.refresh();
    else if (seq >= known) await this.pull(run, seq);
  }

  /** Forgets all questions under way, because the server they were put to is gone. */
  reset(): void {
    this.generation++;
    this.pulls.clear();
    this.refreshing = undefined;
  }

  private async refreshAll(): Promise<void> {
    const generation = this.generation;
    let answered: number;
    do {
      answered = this.refreshesAsked;
      try {
        const { runs } = await this.requests.runs();
        if (generation !== this.generation) return;
        this.list.replace(runs);
      } catch (error) {
        if (generation === this.generation) this.listener.failed(error);
        return;
      }
      this.listener.listed();
      const wanted = this.list.runs().filter((view) => isUnderWay(view) || this.list.seq(view.run) > 0);
      await Promise.all(wanted.map(({ run }) => this.pull(run, 0)));
    } while (answered !== this.refreshesAsked && generation === this.generation);
  }

  private pull(run: string, target: number): Promise<void> {
    const pull = this.pulls.get(run);
    if (pull) {
      pull.target = Math.max(pull.target, target);
      return pull.done;
    }
    const started: Pull = { target, done: this.pullAll(run) };
    this.pulls.set(run, started);
    return started.done;
  }

  private async pullAll(run: string): Promise<void> {
    const generation = this.generation;
    try {
      for (;;) {
        const delta = await this.requests.events({ run, after: this.list.seq(run) });
        if (generation !== this.generation) return;
        const change = this.list.merge(delta);
        if (change) this.listener.changed(change);
        // An answer without progress ends the loop, whatever was announced: asking again would spin.
        const behind = delta.more === true || (this.pulls.get(run)?.target ?? 0) > this.list.seq(run);
        if (!change?.isFurther || !behind) return;
      }
    } catch (error) {
      if (generation === this.generation) this.listener.failed(error);
    } finally {
      if (generation === this.generation) this.pulls.delete(run);
    }
  }
}
