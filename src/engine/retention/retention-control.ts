import type { CleanupAnswer, RetentionPolicy, SetRetention } from "../../contract/api/instance/retention-api.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { HOUR } from "../../contract/time/time-units.ts";
import { MIN_SURPLUS_AGE, type Limits, type RetentionDefaults } from "../../core/retention/policy.ts";
import { isRetained, RETAINED, RETAINED_KINDS, type RetainedTable } from "../../contract/retention/tables.ts";
import { parseLongDuration } from "../../core/time/duration.ts";
import type { CleanupCause, NewCleanup } from "../../store/retention/retention-store.ts";
import type { Store } from "../../store/store.ts";
import type { Runtime } from "../context.ts";
import type { Archiver } from "./archiver.ts";
import { planOf, policyViews, type PolicyView } from "./policies-in-force.ts";
import { cleanupJson, policyJson } from "./retention-json.ts";

/** The request cannot be done as it is; the message says why. */
export class RetentionError extends DomainError {}

export interface CleanupRequest {
  /** Null: all of them. */
  readonly table: string | null;
  /** As in `30d`: what ended longer ago, whatever the policies say; null: by the policies. */
  readonly older_than: string | null;
  readonly dry_run: boolean;
  readonly by: string;
}

export interface RetentionControl {
  policies(): Promise<readonly RetentionPolicy[]>;
  /** Returns the policy before, and the one in force then. Throws RetentionError. */
  setPolicy(
    request: SetRetention & { readonly by: string },
  ): Promise<{ readonly before: RetentionPolicy; readonly after: RetentionPolicy }>;
  /** Begins a cleanup, or a dry run; the runner goes on with it. Throws RetentionError. */
  start(request: CleanupRequest): Promise<CleanupAnswer>;
  /** By the policies, for the older program's `/refresh`. Null: no policy has a limit. */
  refresh(): Promise<CleanupAnswer | null>;
  /** Throws RetentionError. */
  one(id: number): Promise<CleanupAnswer>;
  /** Why a cleanup waits for its archive; null: it does not, or another process goes on with it. */
  archiveFailure(id: number): string | null;
  /** What is deleted stays deleted. Throws RetentionError. */
  stop(id: number): Promise<CleanupAnswer>;
}

export interface RetentionParts {
  readonly runtime: Pick<Runtime, "now">;
  readonly store: Pick<Store, "retention">;
  readonly defaults: RetentionDefaults;
  readonly archiver: Archiver | null;
  /** A cleanup began. */
  readonly changed: () => void;
}

/** Asked by mistake it would delete what was just done. */
const MIN_AGE = HOUR;

export function retentionControl({
  runtime,
  store: { retention },
  defaults,
  archiver,
  changed,
}: RetentionParts): RetentionControl {
  const views = async (): Promise<readonly PolicyView[]> => policyViews(await retention.policies(), defaults);
  const policyOf = async (table: RetainedTable): Promise<RetentionPolicy> => {
    const view = (await views()).find((one) => one.table === table);
    if (view === undefined) throw unknownTable(table);
    return policyJson(view);
  };
  const archiveFailure = (id: number): string | null => archiver?.failureOf(id) ?? null;
  const one = async (id: number): Promise<CleanupAnswer> => {
    const found = await retention.one(id);
    if (found === null) throw new RetentionError("not_found", "unknown_cleanup", `There is no cleanup ${id}.`);
    return cleanupJson(found, archiveFailure(id));
  };
  const begin = async (cleanup: NewCleanup): Promise<CleanupAnswer> => {
    const id = await retention.create(cleanup, runtime.now());
    changed();
    return one(id);
  };
  return {
    one,
    archiveFailure,
    policies: async () => (await views()).map(policyJson),
    setPolicy: async ({ table: name, days, max_rows: maxRows, enabled, archived, by }) => {
      const table = tableOf(name);
      if (maxRows !== null && !RETAINED_KINDS[table].countable)
        throw new RetentionError(
          "invalid",
          "not_countable",
          `Rows of ${table} are kept by their age alone: leave max_rows out.`,
        );
      if (archived === true && defaults.archived === null)
        throw new RetentionError(
          "invalid",
          "no_archive_path",
          "No place for an archive is configured: set retention.archive.",
        );
      const before = await policyOf(table);
      await retention.setPolicy(table, { days, maxRows, enabled, archived }, by, runtime.now());
      return { before, after: await policyOf(table) };
    },
    start: async ({ table: name, older_than: olderThan, dry_run: dryRun, by }) => {
      const now = runtime.now();
      const tables = name === null ? RETAINED : [tableOf(name)];
      const plan = olderThan === null ? planOf(await views(), tables, now) : plannedFor(tables, ageOf(olderThan), now);
      if (plan.length === 0)
        throw new RetentionError(
          "conflict",
          "nothing_to_clean",
          `The retention of ${name ?? "every table"} is off or has no limit: name an age with older_than, or set a policy.`,
        );
      return begin({ cause: "hand", dryRun, plan, by });
    },
    refresh: async () => {
      // Scripts ask every minute, also while one waits for its archive.
      const running = await retention.running();
      const isEnough = running !== null && (running.cause !== "hand" || archiveFailure(running.id) !== null);
      if (isEnough && !running.dryRun) return one(running.id);
      const plan = planOf(await views(), null, runtime.now());
      const cause: CleanupCause = "refresh";
      return plan.length === 0 ? null : begin({ cause, dryRun: false, plan, by: "refresh" });
    },
    stop: async (id) => {
      await one(id);
      if (!(await retention.stop(id, runtime.now())))
        throw new RetentionError("conflict", "not_running", `Cleanup ${id} has ended.`);
      return one(id);
    },
  };
}

function plannedFor(tables: readonly RetainedTable[], age: number, now: number): readonly Limits[] {
  return tables.map((table) => ({ table, before: now - age, maxRows: null, surplusBefore: now - MIN_SURPLUS_AGE }));
}

function ageOf(text: string): number {
  const ns = parseLongDuration(text);
  if (ns === null || ns === "months")
    throw new RetentionError("invalid", "bad_age", `"${text}" is not an age: write days or hours, as in 30d or 36h.`);
  const age = Number(ns / 1_000_000n);
  if (age < MIN_AGE)
    throw new RetentionError("invalid", "too_young", "older_than is less than an hour: what was just done stays.");
  return age;
}

function tableOf(name: string): RetainedTable {
  if (!isRetained(name)) throw unknownTable(name);
  return name;
}

function unknownTable(name: string): RetentionError {
  return new RetentionError(
    "not_found",
    "unknown_table",
    `"${name}" is no table with a retention of its own: those are ${RETAINED.join(", ")}.`,
  );
}
