import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { DAY, HOUR } from "../../src/contract/time/time-units.ts";
import type { WorkflowGraph } from "../../src/core/workflow/phase.ts";
import { WorkflowReloader } from "../../src/engine/workflows/reload-workflows.ts";
import type { WorkflowSource } from "../../src/engine/workflows/workflow-files.ts";
import { connect, Statements, type Connection } from "../../src/store/sqlite/database/connection.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { redactor } from "../../src/contract/redact/redact.ts";
import { DEFAULT_RULES } from "../../src/contract/redact/rules.ts";
import { leaveFailuresUnread } from "../../src/store/sqlite/failures/unread-failures.ts";
import { SearchIndex } from "../../src/store/sqlite/search/search-index.ts";
import { startWatch, type Lap } from "../support/stopwatch.ts";
import { History } from "./history.ts";
import { dropIndexes, makeIndexes } from "./indexes.ts";
import { PIPELINES } from "./pipelines.ts";
import { plansOf } from "./plans.ts";

export interface SeedOptions {
  /** The database file; created when it is missing. It must contain no tasks. */
  readonly path: string;
  /** About how many task records. */
  readonly tasks: number;
  readonly days: number;
  /** Same seed and same end: same rows. */
  readonly seed: number;
  /** Where the history ends, milliseconds since 1970. */
  readonly until: number;
  /** Nothing begins in the last hours, so that all has come to its end: for an instance that must find nothing to do. */
  readonly quietHours?: number;
  /** Index the tasks for search too. */
  readonly search: boolean;
  /** A sentence now and then. */
  readonly progress?: (text: string) => void;
}

export interface SeedReport {
  /** Rows of every table that was filled. */
  readonly rows: ReadonlyMap<string, number>;
  /** Of tables and their indexes, without the search index. */
  readonly filled: Lap;
  /** Of these, creating the indexes again. */
  readonly indexed: Lap;
  /** The search index. */
  readonly searched: Lap;
}

const TASKS_A_STEP = 5000;
/** For sorting indexes as much as for rows. */
const CACHE_KIB = 512 * 1024;

/**
 * Fill a database with a history as Flowlord would have left it, from a seed. The file is complete only when this has
 * returned: it is written without waiting for the disk and without a journal.
 */
export async function seedDatabase(options: SeedOptions): Promise<SeedReport> {
  const { path, until } = options;
  const graph = await loadWorkflows(path, until);
  const db = connect(path, { readonly: false, cacheKib: CACHE_KIB });
  try {
    if (db.prepare("SELECT 1 FROM task_records LIMIT 1").get() !== undefined)
      throw new Error(`${path} contains tasks already; name a new file`);
    db.pragma("journal_mode = OFF");
    db.pragma("synchronous = OFF");
    db.pragma("locking_mode = EXCLUSIVE");
    db.pragma("threads = 2");
    return fill(db, graph, options);
  } finally {
    db.pragma("locking_mode = NORMAL");
    db.pragma("journal_mode = WAL");
    db.close();
  }
}

function fill(db: Connection, graph: WorkflowGraph, options: SeedOptions): SeedReport {
  const { tasks, days, seed, until, quietHours = 0 } = options;
  const progress = options.progress ?? (() => undefined);
  const watch = startWatch();
  const from = until - days * DAY;
  db.exec("BEGIN");
  const span = { tasks, from, until, seed, rootsUntil: until - quietHours * HOUR };
  const history = new History(db, plansOf(graph), span);
  const indexes = dropIndexes(
    db,
    history.writers.map(({ table }) => table),
  );
  history.make(progress);
  db.exec("COMMIT");
  const indexWatch = startWatch();
  makeIndexes(db, indexes, (name) => progress(`index ${name}`));
  leaveFailuresUnread(db);
  db.pragma("optimize");
  const [filled, indexed] = [watch(), indexWatch()];
  const searchWatch = startWatch();
  const rows = new Map(history.writers.map(({ table, written }) => [table, written]));
  if (options.search) rows.set("task_search", claimTerms(db, progress));
  return { rows, filled, indexed, searched: searchWatch() };
}

/** By the program's own filler, in larger steps. Answers of how many tasks. */
function claimTerms(db: Connection, progress: (text: string) => void): number {
  const index = new SearchIndex(new Statements(db), redactor(DEFAULT_RULES));
  let indexed = 0;
  for (let step = 0; index.hasWork(); step += 1) {
    db.exec("BEGIN");
    indexed += index.step(TASKS_A_STEP);
    db.exec("COMMIT");
    if (step % 50 === 49) progress(`search index: ${indexed} tasks`);
  }
  return indexed;
}

/** Store the workflows as the program does, from a folder that need not exist. */
async function loadWorkflows(path: string, now: number): Promise<WorkflowGraph> {
  const sources = new Map(PIPELINES.map(({ name, toml }) => [`workflows/${name}.toml`, Buffer.from(toml)]));
  const source: WorkflowSource = {
    kindOf: async () => "folder",
    list: async () =>
      [...sources].map(([file, { length: size }]) => {
        return { path: file, name: basename(file), size, modifiedAt: now, version: null, unreadable: null };
      }),
    readBytes: async (file) => sources.get(file) ?? Buffer.alloc(0),
  };
  const store = await openSqliteStore({ path, now: () => now, newId: () => "seed" });
  try {
    return (await new WorkflowReloader({ path: "workflows", source, store, zone: "UTC", now: () => now }).reload())
      .graph;
  } finally {
    await store.close();
  }
}

/** The workflow files that the history is about, for an instance that goes on with it. */
export async function writeWorkflows(folder: string): Promise<void> {
  for (const { name, toml } of PIPELINES) await writeFile(join(folder, `${name}.toml`), toml);
}
