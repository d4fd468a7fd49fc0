import type { Limits } from "../../../core/retention/policy.ts";
import type { Cleanup, CleanupCause, CleanupState, NewCleanup, RowCounts } from "../../retention/retention-store.ts";
import type { Statement, Statements } from "../database/connection.ts";

interface StoredCleanup {
  readonly id: number;
  readonly cause: CleanupCause;
  readonly state: CleanupState;
  readonly dryRun: number;
  readonly plan: string;
  readonly atStep: number;
  readonly cursor: string | null;
  readonly deleted: string;
  readonly by: string;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

const COLUMNS = `id, cause, state, dry_run AS dryRun, plan, at_step AS atStep, cursor, deleted, created_by AS by,
  created_at AS createdAt, ended_at AS endedAt FROM cleanups`;

/** Cleanups that are kept, the newest. */
const KEPT = 500;

export class CleanupReader {
  readonly #one: Statement<StoredCleanup>;
  readonly #newest: Statement<StoredCleanup>;

  constructor(statements: Statements) {
    this.#one = statements.prepare("cleanup.one", `SELECT ${COLUMNS} WHERE id = ?`);
    this.#newest = statements.prepare("cleanup.newest", `SELECT ${COLUMNS} WHERE id < ? ORDER BY id DESC LIMIT ?`);
  }

  one(id: number): Cleanup | null {
    const row = this.#one.get(id);
    return row === undefined ? null : cleanupOf(row);
  }

  newest(before: number | null, limit: number): readonly Cleanup[] {
    return this.#newest.all(before ?? Number.MAX_SAFE_INTEGER, limit).map(cleanupOf);
  }
}

/** `cleanups`. */
export class Cleanups extends CleanupReader {
  readonly #create: Statement;
  readonly #forget: Statement;
  readonly #running: Statement<{ id: number }>;
  readonly #stop: Statement;
  readonly #lastDaily: Statement<{ at: number }>;
  readonly #advance: Statement;

  constructor(statements: Statements) {
    super(statements);
    this.#create = statements.prepare(
      "cleanup.create",
      "INSERT INTO cleanups (cause, state, dry_run, plan, created_by, created_at) VALUES (?, 'running', ?, ?, ?, ?)",
    );
    this.#forget = statements.prepare("cleanup.forget", "DELETE FROM cleanups WHERE id <= ? AND state <> 'running'");
    this.#running = statements.prepare(
      "cleanup.running",
      "SELECT id FROM cleanups WHERE state = 'running' ORDER BY dry_run DESC, id LIMIT 1",
    );
    this.#stop = statements.prepare(
      "cleanup.stop",
      "UPDATE cleanups SET state = 'stopped', ended_at = ? WHERE id = ? AND state = 'running'",
    );
    this.#lastDaily = statements.prepare(
      "cleanup.last_daily",
      "SELECT created_at AS at FROM cleanups WHERE cause = 'daily' ORDER BY id DESC LIMIT 1",
    );
    this.#advance = statements.prepare(
      "cleanup.advance",
      "UPDATE cleanups SET state = ?, at_step = ?, cursor = ?, deleted = ?, ended_at = ? WHERE id = ?",
    );
  }

  create({ cause, dryRun, plan, by }: NewCleanup, now: number): number {
    const id = Number(this.#create.run(cause, dryRun ? 1 : 0, JSON.stringify(plan), by, now).lastInsertRowid);
    this.#forget.run(id - KEPT);
    return id;
  }

  running(): Cleanup | null {
    const id = this.#running.get()?.id;
    return id === undefined ? null : this.one(id);
  }

  stop(id: number, now: number): boolean {
    return this.#stop.run(now, id).changes === 1;
  }

  lastDaily(): number | null {
    return this.#lastDaily.get()?.at ?? null;
  }

  /** Of a dry run: it has counted nothing. */
  beginAgain(cleanup: Cleanup): Cleanup {
    this.#advance.run("running", 0, null, "{}", null, cleanup.id);
    return { ...cleanup, atStep: 0, cursor: null, deleted: {} };
  }

  /** Adds what a step deleted of its table; `cursor` null: the table is done. Returns the cleanup as it is then. */
  advance(cleanup: Cleanup, rows: RowCounts, cursor: string | null, now: number): Cleanup {
    const table = cleanup.plan[cleanup.atStep]?.table ?? "";
    const before = cleanup.deleted[table] ?? {};
    const sum = { ...before };
    for (const [name, count] of Object.entries(rows)) sum[name] = (sum[name] ?? 0) + count;
    const atStep = cursor === null ? cleanup.atStep + 1 : cleanup.atStep;
    const isDone = atStep >= cleanup.plan.length;
    const next: Cleanup = {
      ...cleanup,
      state: isDone ? "done" : "running",
      atStep,
      cursor,
      deleted: { ...cleanup.deleted, [table]: sum },
      endedAt: isDone ? now : null,
    };
    this.#advance.run(next.state, atStep, cursor, JSON.stringify(next.deleted), next.endedAt, next.id);
    return next;
  }
}

function cleanupOf({ dryRun, plan, deleted, ...row }: StoredCleanup): Cleanup {
  return {
    ...row,
    dryRun: dryRun === 1,
    plan: JSON.parse(plan) as readonly Limits[],
    deleted: JSON.parse(deleted) as Cleanup["deleted"],
  };
}
