import type { Liveness, RunView } from '../server/protocol';
import type { RunList } from './runList';

/**
 * Runs whose process died while this window looked on: that is told. Their end is told by the server, and a run that
 * was found dead is no news.
 */
export class Deaths {
  private readonly known = new Map<string, Liveness>();

  /** The runs to tell of, each at most once for each of its deaths. */
  news(list: RunList): RunView[] {
    return list.runs().flatMap((run) => {
      const before = this.known.get(run.run);
      this.known.set(run.run, run.liveness);
      if (run.liveness !== 'interrupted' || (before !== 'live' && before !== 'paused')) return [];
      return run;
    });
  }
}
