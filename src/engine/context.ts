import type { TaskMessage } from "../contract/task-message.ts";
import type { DoneMessage } from "../core/decide/decider.ts";
import type { WorkflowGraph } from "../core/workflow/phase.ts";
import type { ChangeEvents } from "../contract/live/changes.ts";
import type { Store } from "../store/store.ts";
import type { OutboxRow } from "../store/outbox-row.ts";
import type { MetaFiles } from "./meta-files.ts";
import type { MetricsSink } from "./metrics-sink.ts";

/** Clock, id generator and random source; the engine takes them from here. */
export interface Runtime {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds since some moment, of a clock that nobody sets. */
  readonly monotonic: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** A UUID of version 7: sorts by time. */
  readonly newId: () => string;
  /** Eight hex digits. */
  readonly shortId: () => string;
  /** The machine's host name, for templates. */
  readonly host: string;
  /** The IANA zone of schedules that name none. */
  readonly zone: string;
}

/** Dependencies and settings of every use case. */
export interface EngineContext {
  readonly runtime: Runtime;
  readonly store: Store;
  readonly metrics: MetricsSink;
  /** Announces what was committed, whoever wrote it. */
  readonly events: ChangeEvents;
  readonly metaFiles: MetaFiles;
  /** The workflows in force; read for each group, so that a reload takes effect at once and completely. */
  graph(): WorkflowGraph;
  /** Hands committed messages to the bus. Never waits. */
  send(rows: readonly OutboxRow[]): void;
  /** Tasks, as they were sent, that a worker of this process must not run, or no longer: they were cancelled. */
  stopTasks(tasks: readonly TaskMessage[]): void;
  /** A message that is due at a later time was committed. */
  dueAt(at: number): void;
  /** The last result of a task that gave up, whose phase wants no alert of it; called after the commit. */
  unalerted(message: DoneMessage): void;
  readonly doneTopic: string;
  readonly fileTopics: readonly string[];
  /** Null: exhausted tasks are not sent on. */
  readonly failedTopic: string | null;
  /** Milliseconds a task may take when its phase sets no `timeout`. */
  readonly taskTtl: number;
  /** Raise an alert for a file that no phase matches. */
  readonly alertOnUnmatched: boolean;
  /** A template whose date tokens stay open: `send` the task with an alert, or `refuse` to make it. */
  readonly openTokens: "send" | "refuse";
  /** The absolute path of the folder for lists of gathered files. */
  readonly listFolder: string;
}
