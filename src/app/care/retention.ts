import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import type { Options } from "../../config/options.ts";
import type { CleanupAnswer, RetentionPolicy } from "../../contract/api/instance/retention-api.ts";
import { DAY, SECOND } from "../../contract/time/time-units.ts";
import { policyOf } from "../../core/retention/policy.ts";
import type { EngineContext } from "../../engine/context.ts";
import { Archiver } from "../../engine/retention/archiver.ts";
import { advance, CleanupRunner } from "../../engine/retention/cleanup-runner.ts";
import { retentionControl, type RetentionControl } from "../../engine/retention/retention-control.ts";
import { Loop } from "../../services/loop.ts";
import type { Service } from "../../services/service.ts";
import type { Cleanup, RowCounts } from "../../store/retention/retention-store.ts";
import { archiveInProcess } from "../archive/run-archive.ts";
import type { OnProblem } from "../intake.ts";
import type { Log } from "../log/log.ts";
import { utilizationSince } from "./utilization.ts";

type ArchivingOptions = Pick<Options, "retention" | "archive" | "file" | "sqlite">;

interface RetentionParts {
  readonly context: EngineContext;
  readonly onProblem: OnProblem;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface Retention {
  readonly control: RetentionControl;
  readonly service: Service;
  /** How long the records of tasks are kept now (ms); null: for ever. Their logs follow. */
  taskAge(): Promise<number | null>;
}

/** Deletes what is older than its policy: daily at the quiet hour, and when somebody asks. */
export function retention(options: ArchivingOptions, { context, onProblem, log, signal }: RetentionParts): Retention {
  const name = "retention";
  const { runtime, store } = context;
  const defaults = options.retention;
  const archiver = archiverOf(options, context, { log, signal });
  const runner = new CleanupRunner({
    runtime,
    store,
    defaults,
    archiver,
    utilization: utilizationSince(),
    onAnnounced: (sentence) => log.warn("retention", `${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`),
    onDone: (cleanup) => tell(cleanup, log),
  });
  const service = new Loop({
    name,
    now: runtime.now,
    onProblem,
    // What a command begins is found by looking.
    atLeastEveryMs: 5 * SECOND,
    run: () => runner.run(),
  });
  return {
    service,
    control: retentionControl({ runtime, store, defaults, archiver, changed: () => service.wake(0) }),
    taskAge: async () => {
      const set = (await store.retention.policies()).find(({ table }) => table === "task_records");
      const { enabled, age, maxRows } = policyOf("task_records", defaults, set ?? NOTHING_SET);
      if (!enabled) return null;
      return age ?? (maxRows === null ? null : DAY);
    },
  };
}

/** Null: no archive is configured. `signal`: ends what is being archived; it is archived again then. */
function archiverOf(
  { archive, ...options }: ArchivingOptions,
  { runtime, store }: EngineContext,
  { log, signal }: { readonly log: Pick<Log, "error" | "info">; readonly signal: AbortSignal },
): Archiver | null {
  if (archive === null) return null;
  const { target } = archive;
  const defaults = options.retention;
  return new Archiver({ runtime, store, defaults, target, archive: archiveInProcess(options, target, log), signal });
}

const NOTHING_SET = { days: null, maxRows: null, enabled: null, archived: null };

function tell(cleanup: Cleanup, log: Log): void {
  const counts = Object.entries(cleanup.deleted).map(([table, rows]) => [table, rows[table] ?? 0] as const);
  const named = counts.filter(([, rows]) => rows > 0).map(([table, rows]) => `${rows} of ${table}`);
  const fields = { cleanup: cleanup.id };
  // Scripts of the older program ask every minute.
  if (named.length === 0) log.debug("retention", "A cleanup found nothing that is old enough.", fields);
  else if (cleanup.dryRun) log.info("retention", `A cleanup would delete ${named.join(", ")}.`, fields);
  else log.info("retention", `Old rows were deleted: ${named.join(", ")}.`, fields);
}

/** What commands need of the answers. */
export interface RetentionCommands extends Pick<RetentionControl, "policies" | "start" | "one" | "stop"> {
  setPolicy(...args: Parameters<RetentionControl["setPolicy"]>): Promise<{ readonly after: RetentionPolicy }>;
  /** Goes on with a cleanup for a moment, or waits for the instance that does. */
  advance(id: number): Promise<CleanupAnswer>;
}

/** How long a command goes on before it tells how far it is. */
const ADVANCE_MS = 500;
const OFFLINE_ROWS = 1000;

/** For commands while no instance runs: the command itself goes on with a cleanup. */
export function offlineRetention(options: ArchivingOptions, context: EngineContext): RetentionCommands {
  const { runtime, store } = context;
  const log = { error: () => {}, info: () => {} };
  // The command waits for it, and ends with it.
  const archiver = archiverOf(options, context, { log, signal: new AbortController().signal });
  const control = retentionControl({
    runtime,
    store,
    defaults: options.retention,
    archiver,
    changed: () => undefined,
  });
  return {
    ...control,
    advance: async (id) => {
      const until = performance.now() + ADVANCE_MS;
      for (;;) {
        const found = await store.retention.one(id);
        const isWaiting = control.archiveFailure(id) !== null;
        if (found === null || found.state !== "running" || isWaiting || performance.now() >= until)
          return control.one(id);
        await advance(found, OFFLINE_ROWS, { runtime, store, archiver });
      }
    },
  };
}

/** How long the older program's callers wait for a cleanup: afterwards it goes on, and they are told what it has deleted so far. */
const REFRESH_MS = 2 * SECOND;
const POLL_MS = 50;

/** Deletes what the policies say, and returns what was deleted by table. */
export async function cleanUpByPolicy(control: RetentionControl, signal: AbortSignal): Promise<RowCounts> {
  const begun = await control.refresh();
  if (begun === null) return {};
  const until = performance.now() + REFRESH_MS;
  let cleanup = begun;
  while (cleanup.state === "running" && performance.now() < until && !signal.aborted) {
    await setTimeout(POLL_MS, undefined, { signal }).catch(() => undefined);
    cleanup = await control.one(begun.id);
  }
  return Object.fromEntries(cleanup.tables.map(({ table, deleted }) => [table, deleted]));
}
