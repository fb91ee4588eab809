import type { EventsResult, NodeView, RunView } from '../server/protocol';

interface Entry {
  view: RunView;
  /** Sequence number up to which `nodes` is known; 0 where the nodes were never asked for. */
  seq: number;
  readonly nodes: Map<number, NodeView>;
}

/** What a delta did. */
export interface Change {
  readonly run: string;
  /** False where it brought no event: the state of a run can change without one, as when its process dies. */
  readonly isFurther: boolean;
  /** The nodes that it brought. */
  readonly nodes: readonly NodeView[];
}

/** The node that stands for its run: the chosen one, before that the best so far. */
export function starred(run: RunView): number | undefined {
  return run.chosen ?? run.best?.node;
}

/** Live, or paused and waiting to go on. */
export function isUnderWay(run: RunView): boolean {
  return run.liveness === 'live' || run.liveness === 'paused';
}

/**
 * The runs of the workspace as the editor knows them: views from the server, merged delta by delta.
 * A delta that is older than what is known changes nothing, so answers may arrive late.
 */
export class RunList {
  private readonly entries = new Map<string, Entry>();
  /** Newest first, as the server gives them. */
  private order: readonly string[] = [];

  /** Takes the list of runs as it stands now; nodes known of runs that are still there stay. */
  replace(views: readonly RunView[]): void {
    const known = new Map(this.entries);
    this.entries.clear();
    this.order = views.map((view) => view.run);
    for (const view of views) {
      const entry = known.get(view.run);
      this.entries.set(view.run, {
        view,
        seq: entry?.seq ?? 0,
        nodes: entry?.nodes ?? new Map<number, NodeView>(),
      });
    }
  }

  /** Merges a delta; undefined where it is older than what is known, or of a run that is not in the list. */
  merge(delta: EventsResult): Change | undefined {
    const entry = this.entries.get(delta.run);
    if (!entry || delta.seq < entry.seq) return undefined;

    const isFurther = delta.seq > entry.seq;
    entry.view = delta.view;
    entry.seq = delta.seq;
    for (const node of delta.nodes) entry.nodes.set(node.node, node);
    return { run: delta.run, isFurther, nodes: delta.nodes };
  }

  /** Sequence number up to which a run's nodes are known; 0 where they are not. */
  seq(run: string): number {
    return this.entries.get(run)?.seq ?? 0;
  }

  run(run: string): RunView | undefined {
    return this.entries.get(run)?.view;
  }

  /** Newest first. */
  runs(): RunView[] {
    return this.order.flatMap((run) => this.run(run) ?? []);
  }

  node(run: string, node: number): NodeView | undefined {
    return this.entries.get(run)?.nodes.get(node);
  }

  /** Newest first. */
  nodes(run: string): NodeView[] {
    return [...(this.entries.get(run)?.nodes.values() ?? [])].sort((a, b) => b.node - a.node);
  }

  /** The run that a person most likely means: the newest live one, else the newest paused one, else undefined. */
  current(): RunView | undefined {
    const runs = this.runs();
    return runs.find((run) => run.liveness === 'live') ?? runs.find((run) => run.liveness === 'paused');
  }
}
