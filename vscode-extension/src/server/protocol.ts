/**
 * What the extension and the server say to each other beyond the Language Server Protocol.
 * The server owns these shapes; a field it leaves out is one it does not know yet.
 */

export const Method = {
  /** Request: all runs of the workspace, without their nodes. */
  runs: 'agentide/runs',
  /** Request: what changed in one run since a sequence number. */
  events: 'agentide/events',
  /** Notification from the server: a run has come further. */
  runChanged: 'agentide/runChanged',
  /** Notification from the server: two files are to be seen beside each other. */
  showDiff: 'agentide/showDiff',
  /** Request from the server: has one of the editor's own models answer. */
  chat: 'agentide/chat',
  /** Notification: a piece of an answer that is under way. */
  chatPiece: 'agentide/chatPiece',
  /** Request from the server: the token of the editor's own session at a GitHub. */
  gitHubToken: 'agentide/githubToken',
} as const;

/** Commands of the server, sent by `workspace/executeCommand`. */
export const ServerCommand = {
  startRun: 'agentide.run.start',
  stopRun: 'agentide.run.stop',
  pauseRun: 'agentide.run.pause',
  continueRun: 'agentide.run.continue',
  pullRequest: 'agentide.run.pullRequest',
  applyNode: 'agentide.node.apply',
  openNode: 'agentide.node.open',
  stepRun: 'agentide.run.step',
  hintRun: 'agentide.run.hint',
  branchNode: 'agentide.node.branch',
  rejectNode: 'agentide.node.reject',
  restoreNode: 'agentide.node.restore',
  compareNodes: 'agentide.node.compare',
  createTask: 'agentide.task.create',
} as const;

/** The documents of a node beside its solution. */
export const NodeFile = {
  thought: 'thought.md',
  output: 'output.txt',
  prompt: 'prompt.md',
  reply: 'reply.md',
  /** What a pull request of the node would hold; made by its command alone. */
  pullRequest: 'pull-request.md',
} as const;

/** What the server is told at `initialize`. */
export interface InitializationOptions {
  /** False where the user does not trust the folder: the server then shows runs and starts nothing. */
  readonly trusted: boolean;
  /** Whether thoughts are information, which the Problems panel lists, instead of hints, which it does not. */
  readonly thoughtsInProblems: boolean;
}

export type Liveness = 'live' | 'paused' | 'interrupted' | 'finished';

/** `unknown` where the file that an imported run comes from does not tell what became of a node. */
export type NodeState = 'thinking' | 'executing' | 'scoring' | 'valid' | 'buggy' | 'unknown';

export interface BestView {
  readonly node: number;
  readonly score: number;
  /** Undefined where nobody measured it. */
  readonly standardError?: number;
  /** True where the score is what the code claims, graded by nobody here. */
  readonly claimed?: boolean;
  /** True where the score is over all folds of a train that is cut into them. */
  readonly byFolds?: boolean;
}

export interface RunView {
  readonly run: string;
  readonly task: string;
  readonly title: string;
  /** The metric's name for people, such as `RMSLE`. */
  readonly metric: string;
  readonly direction: 'lower-is-better' | 'higher-is-better';
  readonly liveness: Liveness;
  readonly nodes: number;
  readonly validNodes: number;
  readonly budgetNodes: number;
  readonly best?: BestView;
  /** The node that the run chose at its end. */
  readonly chosen?: number;
  readonly seconds: number;
  /** The workspace's file that a node is applied to. */
  readonly solutionFile: string;
  /** What the run is doing, in a few words. */
  readonly now?: string;
  /** What was spent on models, in a few words; undefined where none was asked. */
  readonly spent?: string;
  /** The same in its shortest form: `$0.42 of $2.00`. */
  readonly cost?: string;
  /** Said once most of the budget for models is spent. */
  readonly warning?: string;
  /** The last hint that people gave the run. */
  readonly hint?: string;
  /** How many nodes people want nothing more of. */
  readonly rejected?: number;
  /** The program that made the run, where that was another one: its scores are claims, and nothing can be asked of it. */
  readonly imported?: string;
  /** The finished run that it goes on from; undefined for one that began with nothing. */
  readonly from?: string;
}

export interface NodeView {
  readonly node: number;
  readonly parents: readonly number[];
  readonly operator: string;
  readonly plan: string;
  readonly state: NodeState;
  readonly score?: number;
  readonly standardError?: number;
  /** How much better than its parent, in the metric's units; negative where worse. */
  readonly gain?: number;
  /** Standard error of the gain, paired on the same rows. */
  readonly gainError?: number;
  /** What the code says of its own score. */
  readonly claim?: number;
  readonly failure?: string;
  readonly seconds?: number;
  readonly best: boolean;
  /** Seconds of the run, pauses left out, at which it was scored or had failed. */
  readonly at?: number;
  /** What the run had spent on models by then, in US dollars; undefined where no model with a price was asked. */
  readonly dollars?: number;
  /** The tokens that it had used by then. */
  readonly tokens?: number;
  /** True where a person wants nothing more of it. */
  readonly rejected?: boolean;
  /** What a person wanted to be tried with it. */
  readonly hint?: string;
  /** True where the score is what the code claims, graded by nobody here. */
  readonly claimed?: boolean;
  /** True where the score is over all folds of a train that is cut into them. */
  readonly byFolds?: boolean;
  /** Who wrote its program by hand; undefined where an engineer did. */
  readonly author?: string;
}

export interface RunsResult {
  /** Newest first. */
  readonly runs: readonly RunView[];
}

export interface EventsParams {
  readonly run: string;
  readonly after: number;
}

export interface EventsResult {
  readonly run: string;
  /** The sequence number up to which this tells everything. */
  readonly seq: number;
  /** True where there is more after `seq` already. */
  readonly more?: boolean;
  readonly view: RunView;
  /** The nodes that changed, each whole. */
  readonly nodes: readonly NodeView[];
}

export interface RunChangedParams {
  readonly run: string;
  readonly seq: number;
}

export interface StartRunArguments {
  /** URI of the task's `task.yaml`. */
  readonly task?: string;
  readonly nodes?: number;
  readonly seconds?: number;
  readonly seed?: number;
  /** As on the command line: `builtin`, `vscode:MODEL`, `openai:MODEL`. */
  readonly engineer?: string;
  /** US dollars that the calls to models may cost. */
  readonly dollars?: number;
  /** Tokens that they may use. */
  readonly tokens?: number;
}

export interface ChatParams {
  readonly run: string;
  readonly node: number;
  readonly call: number;
  /** An id or a family of the editor's; undefined for whichever it prefers. */
  readonly model?: string;
  readonly system: string;
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
  /** Tokens of the answer at most. */
  readonly maximumOutput: number;
}

export type ChatProblem =
  'model' | 'key' | 'quota' | 'busy' | 'refused' | 'request' | 'unreachable' | 'broken';

export interface ChatResult {
  readonly text?: string;
  readonly model?: string;
  readonly stop?: 'finished' | 'too-long' | 'refused';
  readonly problem?: ChatProblem;
  readonly message?: string;
}

export interface ChatPieceParams {
  readonly run: string;
  readonly call: number;
  readonly text: string;
}

export interface GitHubTokenParams {
  /** Such as `github.com`: the only server that the token goes to. */
  readonly host: string;
  /** `OWNER/NAME`. */
  readonly repository: string;
}

export interface GitHubTokenResult {
  /** Undefined where there is no session. */
  readonly token?: string;
}

export interface StartRunResult {
  readonly run: string;
}

export interface OpenNodeResult {
  /** Absolute path of the document that was written. */
  readonly path: string;
}

export interface CreateTaskArguments {
  /** A path within the workspace, or a URI: the folder that holds train.csv and test.csv. */
  readonly folder: string;
  /** The column to predict; undefined for the one that test lacks. */
  readonly label?: string;
  readonly metric?: string;
}

export interface CreateTaskResult {
  /** Absolute path of the new task.yaml. */
  readonly taskFile: string;
  readonly label: string;
  readonly metric: string;
  /** Why this label and this metric, for people. */
  readonly why: string;
  /** The columns that could be the label. */
  readonly candidates: readonly string[];
}

/** The data of the error where the label has to be named. */
export interface TaskProblemData {
  readonly candidates: readonly string[];
}

/** The columns among which the one to predict has to be named, of an error that says so; else none. */
export function candidatesOf(error: unknown): readonly string[] {
  const data: unknown =
    typeof error === 'object' && error !== null && 'data' in error ? error.data : undefined;
  const named = (data as Partial<TaskProblemData> | null | undefined)?.candidates;
  return Array.isArray(named) ? named.filter((name) => typeof name === 'string') : [];
}

export interface RunArguments {
  readonly run: string;
}

export interface NodeArguments {
  readonly run: string;
  readonly node: number;
}

export interface PullRequestArguments extends RunArguments {
  /** Undefined for the run's own choice, else its best. */
  readonly node?: number;
}

export interface OpenNodeArguments extends NodeArguments {
  /** One of `NodeFile`; undefined for the solution. */
  readonly file?: string;
}

export interface HintArguments extends RunArguments {
  readonly text: string;
}

export interface BranchArguments extends NodeArguments {
  /** What is to be tried. */
  readonly text?: string;
}

export interface CompareArguments extends NodeArguments {
  readonly other: number;
}

/** Two files, as URIs or as absolute paths, and what their comparison is called. */
export interface CompareResult {
  readonly left: string;
  readonly right: string;
  readonly title: string;
}
