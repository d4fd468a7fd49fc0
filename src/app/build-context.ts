import { join } from "node:path";
import type { Options } from "../config/options.ts";
import type { WorkflowGraph } from "../core/workflow/phase.ts";
import type { EngineContext, Runtime } from "../engine/context.ts";
import { MetaFiles } from "../engine/meta-files.ts";
import type { MetricsSink } from "../engine/metrics-sink.ts";
import { WorkflowReloader } from "../engine/workflows/reload-workflows.ts";
import type { AnyObjects } from "../objects/any.ts";
import type { Store } from "../store/store.ts";

/** The parts that differ between a running instance, a command without one, a benchmark and a test. */
export interface ContextParts {
  readonly runtime: Runtime;
  readonly store: Store;
  readonly objects: AnyObjects;
  readonly metrics: MetricsSink;
  /** The workflows in force. */
  readonly graph: () => WorkflowGraph;
  /** Default: nobody is told. */
  readonly unalerted?: EngineContext["unalerted"];
  /** Default: no worker runs in this process. */
  readonly stopTasks?: EngineContext["stopTasks"];
  /** Receives committed messages. */
  readonly outlet: Pick<EngineContext, "send" | "dueAt">;
}

/** Builds the context of every use case from the configuration. */
export function buildContext(options: Options, parts: ContextParts): EngineContext {
  const { runtime, store, objects, metrics, graph, outlet } = parts;
  return {
    runtime,
    store,
    metrics,
    events: store,
    metaFiles: new MetaFiles(objects),
    graph,
    send: (rows) => outlet.send(rows),
    unalerted: parts.unalerted ?? (() => undefined),
    stopTasks: parts.stopTasks ?? (() => undefined),
    dueAt: (at) => outlet.dueAt(at),
    doneTopic: options.doneTopic,
    fileTopics: options.fileTopics,
    failedTopic: failedTopicOf(options),
    taskTtl: options.sqlite.taskTtl,
    alertOnUnmatched: options.alertOnUnmatched,
    openTokens: options.openTokens,
    listFolder: join(options.data, "gathered"),
  };
}

/** Reads the configured workflow files. */
export function workflowReloader(
  { workflow, allowRemoval }: Options,
  { runtime, store, objects }: Pick<ContextParts, "runtime" | "store" | "objects">,
): WorkflowReloader {
  const { zone, now } = runtime;
  return new WorkflowReloader({ path: workflow, source: objects, store, zone, allowRemoval, now });
}

/** On the embedded bus only a worker of this configuration can listen: without one such a message would never be consumed. */
export function failedTopicOf({ failedTopic, bus, workers }: Options): string | null {
  const heard = bus.outKind !== "memory" || workers.some(({ type }) => type === failedTopic);
  return failedTopic !== "" && heard ? failedTopic : null;
}
