import { redactor } from "../../src/contract/redact/redact.ts";
import type { Bus } from "../../src/bus/bus.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Options } from "../../src/config/options.ts";
import type { WorkflowGraph } from "../../src/core/workflow/phase.ts";
import { buildContext, workflowReloader } from "../../src/app/build-context.ts";
import { SILENT_LOG } from "../../src/app/log/log.ts";
import { consumers, logInbox } from "../../src/app/intake.ts";
import { offsetsIn, openBuses } from "../../src/app/open-buses.ts";
import { openStore } from "../../src/app/open-store.ts";
import { openOutbox } from "../../src/app/outbox.ts";
import { systemRuntime } from "../../src/app/system-runtime.ts";
import type { EngineContext } from "../../src/engine/context.ts";
import { NOOP_METRICS, type MetricsSink } from "../../src/engine/metrics-sink.ts";
import { AnyObjects } from "../../src/objects/any.ts";
import type { Store } from "../../src/store/store.ts";

export interface Embedded {
  readonly store: Store;
  readonly bus: Bus;
  readonly graph: WorkflowGraph;
  readonly context: EngineContext;
  readonly options: Options;
  /** Messages of the groups so far, and how many groups that were. */
  readonly groups: { messages: number; count: number };
  close(): Promise<void>;
}

interface EmbeddedOptions {
  readonly readsInThread?: boolean;
  /** Folder of the file bus, which keeps messages over a restart; null: the bus in memory. */
  readonly busDir?: string | null;
  /** Keys of the configuration, as those of `--set`. */
  readonly set?: Readonly<Record<string, string>>;
}

/**
 * What `serve` builds for the way of a task, on the embedded bus, without HTTP, watchers and schedules: the benchmark
 * hands messages to the bus itself and must see them leave it.
 */
export async function openEmbedded(
  database: string,
  workflows: string,
  { readsInThread = false, busDir = null, set = {} }: EmbeddedOptions = {},
): Promise<Embedded> {
  const options = optionsOf(database, workflows, busDir, set);
  const runtime = systemRuntime(options.timezone);
  const isShipped = (options.backup?.continuous ?? null) !== null;
  const store = await openStore(options, { runtime, readsInThread, isShipped, import: null });
  const buses = await openBuses(options, offsetsIn(store), runtime.now);
  const bus = buses.own;
  const objects = new AnyObjects();
  // A seeded database remembers other workflows: these replace them.
  const { graph } = await workflowReloader(options, { runtime, store, objects }).reload(true);
  const groups = { messages: 0, count: 0 };
  const metrics: MetricsSink = {
    ...NOOP_METRICS,
    group: (messages) => {
      groups.messages += messages;
      groups.count += 1;
    },
  };
  const onProblem = (name: string, error: Error): void => {
    throw new Error(`${name} failed: ${error.message}`, { cause: error });
  };
  const outbox = await openOutbox({ runtime, store, bus, metrics, onProblem });
  const context = buildContext(options, { runtime, store, objects, metrics, graph: () => graph, outlet: outbox });
  const logs = logInbox(options, context, onProblem, redactor(options.redact));
  const services = [outbox.service, ...consumers(options, buses, context, { onProblem, log: SILENT_LOG }, logs)];
  await bus.start();
  for (const service of services) service.start();
  return {
    store,
    bus,
    graph,
    context,
    options,
    groups,
    close: async () => {
      for (const service of services.toReversed()) await service.stop();
      await outbox.stopBus();
      await store.close();
    },
  };
}

/** The standard values, on this database and these workflows. */
function optionsOf(
  database: string,
  workflows: string,
  busDir: string | null,
  set: Readonly<Record<string, string>>,
): Options {
  const flags = new Map<string, string>([
    ["workflow", workflows],
    ["sqlite.local_path", database],
    ["timezone", "UTC"],
    ...(busDir === null
      ? []
      : ([
          ["bus.bus", "file"],
          ["bus.path", busDir],
        ] as const)),
    ...Object.entries(set),
  ]);
  return loadConfig({ file: null, flags, env: {}, cwd: process.cwd(), readFile: () => "" }).options;
}
