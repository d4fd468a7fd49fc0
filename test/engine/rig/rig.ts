import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ByHand } from "../../../src/contract/api/from-person.ts";
import type { Effects } from "../../../src/core/decide/effects.ts";
import type { FileEffects } from "../../../src/core/decide/decider.ts";
import type { WorkflowGraph } from "../../../src/core/workflow/phase.ts";
import { buildContext, workflowReloader } from "../../../src/app/build-context.ts";
import { openStore } from "../../../src/app/open-store.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import type { Options } from "../../../src/config/options.ts";
import type { EngineContext, Runtime } from "../../../src/engine/context.ts";
import { NOOP_METRICS } from "../../../src/engine/metrics-sink.ts";
import type { Reload } from "../../../src/engine/workflows/reload-workflows.ts";
import { AnyObjects } from "../../../src/objects/any.ts";
import type { Store } from "../../../src/store/store.ts";
import type { OutboxRow } from "../../../src/store/outbox-row.ts";
import { Reader } from "./reader.ts";

/** In memory where the system offers it: hundreds of databases are opened, and none of these tests is about the disk. */
const SCRATCH = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export interface RigOptions {
  /** Path below the workflow folder to TOML text; `<dir>` in it is the scratch folder. */
  readonly workflows: Readonly<Record<string, string>>;
  /** Configure this one file instead of the folder. */
  readonly workflowFile?: string;
  /** Scratch files beside the workflows. */
  readonly files?: Readonly<Record<string, string>>;
  readonly failedTopic?: string | null;
  readonly zone?: string;
  /** Where the clock begins; milliseconds since 1970. */
  readonly now?: number;
  /** `[slack]`, whose other keys are as by default; null: none. */
  readonly slack?: Readonly<Record<string, string | number>> | null;
  readonly retention?: string;
}

/** The engine on a real database in a scratch folder, with a clock and ids that the test moves, and without a bus. */
export interface Rig {
  readonly dir: string;
  readonly options: Options;
  readonly context: EngineContext;
  readonly store: Store;
  /** Set by the test; milliseconds since 1970. */
  now: number;
  /** How far the test has set the clock: what `now` moved by without time passing. */
  clockSetBy: number;
  random: number;
  /** Effects of the decisions, in order; a test empties it. */
  readonly effects: (Effects | FileEffects)[];
  /** Messages that went to the bus. */
  readonly sent: OutboxRow[];
  /** The rows of the database. */
  readonly stored: Reader;
  reload(): Promise<Reload>;
  /** The version of this checksum is somebody's, when it is read. */
  noteEdit(name: string, checksum: string, who: ByHand): void;
  /** Stop and start again on the same file; unconfirmed messages are sent again. */
  reopen(): Promise<Reload>;
  /** Send and return the messages that are due by now. */
  sweep(): Promise<readonly OutboxRow[]>;
  write(name: string, source: string): Promise<void>;
  close(): Promise<void>;
}

export async function openRig(options: RigOptions): Promise<Rig> {
  const dir = await mkdtemp(join(SCRATCH, "flowlord-engine-"));
  const write = async (name: string, source: string): Promise<void> => {
    const path = join(dir, "workflows", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, source.replaceAll("<dir>", dir));
  };
  await mkdir(join(dir, "workflows"));
  for (const [name, source] of Object.entries(options.workflows)) await write(name, source);
  for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(dir, name), text);

  let ids = 0;
  let graph: WorkflowGraph | null = null;
  const rig = {
    now: options.now ?? Date.UTC(2026, 10, 24, 12),
    clockSetBy: 0,
    random: 0,
    get store(): Store {
      return store;
    },
  };
  const zone = options.zone ?? "UTC";
  const runtime: Runtime = {
    now: () => rig.now,
    monotonic: () => rig.now - rig.clockSetBy,
    newId: () => `id-${String(++ids).padStart(6, "0")}`,
    random: () => rig.random,
    shortId: () => "0123abcd",
    host: "host",
    zone,
  };
  const configured = configuredFor(dir, options);
  const effects: (Effects | FileEffects)[] = [];
  const sent: OutboxRow[] = [];
  const open = (): Promise<Store> => openStore(configured, { runtime, readsInThread: false, import: null });
  let store = await open();
  const objects = new AnyObjects();
  const newReloader = () => workflowReloader(configured, { runtime, store, objects });
  let reloader = newReloader();
  const context = buildContext(configured, {
    runtime,
    store: observed(() => store, effects),
    objects,
    metrics: NOOP_METRICS,
    graph: () => {
      if (graph === null) throw new Error("the rig has no workflows yet: call reload()");
      return graph;
    },
    outlet: { send: (rows) => void sent.push(...rows), dueAt: () => {} },
  });
  const reload = async (): Promise<Reload> => {
    const found = await reloader.reload();
    graph = found.graph;
    return found;
  };
  const reopen = async (): Promise<Reload> => {
    await store.close();
    store = await open();
    reloader = newReloader();
    return reload();
  };
  const sweep = async (): Promise<readonly OutboxRow[]> => {
    const rows = await store.claimOutbox(rig.now, 1000, []);
    sent.push(...rows);
    return rows;
  };
  await reload();
  return Object.assign(rig, {
    dir,
    options: configured,
    context,
    effects,
    sent,
    reload,
    noteEdit: (name: string, checksum: string, who: ByHand) => reloader.edits.add(name, checksum, who),
    reopen,
    sweep,
    write,
    stored: new Reader(join(dir, "tasks.db")),
    close: async () => {
      await store.close();
      await rm(dir, { recursive: true });
    },
  });
}

/** The rig's options as a configuration; other consumers may subscribe to the bus. */
function configuredFor(
  dir: string,
  { workflowFile = "", failedTopic = "retry-failed", zone = "UTC", slack, retention = "" }: RigOptions,
): Options {
  const flags = new Map([
    ["workflow", join(dir, "workflows", workflowFile)],
    ["sqlite.local_path", join(dir, "tasks.db")],
    ["file_topic", "files, uploads"],
    ["failed_topic", failedTopic ?? "-"],
    ["timezone", zone],
    ["bus.bus", "null"],
    ...(retention === "" ? [] : ([["sqlite.retention", retention]] as const)),
    ...["url", "channel", "prefix", "title"].flatMap((key): [string, string][] =>
      slack?.[key] === undefined ? [] : [[`slack.${key}`, String(slack[key])]],
    ),
  ]);
  return loadConfig({ file: null, flags, env: {}, cwd: dir, readFile: () => "" }).options;
}

/** Records the decisions; the open store works as usual. */
function observed(open: () => Store, effects: (Effects | FileEffects)[]): Store {
  const note = <E extends Effects>(decided: E): E => {
    effects.push(decided);
    return decided;
  };
  const watched: Pick<Store, "ingestDone" | "ingestFiles"> = {
    ingestDone: (messages, decider, now) =>
      open().ingestDone(
        messages,
        { ...decider, decide: (message, state) => note(decider.decide(message, state)) },
        now,
      ),
    ingestFiles: (messages, decider, now) =>
      open().ingestFiles(
        messages,
        { ...decider, decide: (message, state) => note(decider.decide(message, state)) },
        now,
      ),
  };
  return new Proxy(open(), {
    get: (_first, key: keyof Store) => {
      if (key in watched) return watched[key as keyof typeof watched];
      const value = open()[key];
      return typeof value === "function" ? value.bind(open()) : value;
    },
  });
}
