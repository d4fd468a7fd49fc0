import type { HeldAct, HeldCounts, HeldQueries, HeldRestore, HeldTicks } from "../../backup/held-store.ts";
import type { NewDecision } from "../../../core/decide/effects.ts";
import type { WallMs } from "../../../contract/time/wall-ms.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { Decisions } from "../tasks/decisions.ts";
import type { Outbox } from "../tasks/outbox.ts";
import { HeldMessageLists, HeldMessages } from "./held-messages.ts";

/** Rows that one statement of the first start decides about. */
const PAGE = 1000;
const WAITING = "held = 1 AND holds_slot = 1 AND state <> 'finished' AND state <> 'cancelled'";
const RESTORE = `id, backup_id, data_at, restored_at, reason, kept_aside, state, held_at, records_through, found_sent, decision, decided_at,
  decided_by, decision_reason, decided_messages, decided_ticks`;
const NEWEST = `SELECT ${RESTORE} FROM restores INDEXED BY restores_restored WHERE held_at IS NOT NULL ORDER BY restored_at DESC, id DESC LIMIT 1`;

interface Known {
  readonly id: string;
  readonly dataAt: number;
  readonly restoredAt: number;
  readonly state: string;
  readonly decision: HeldAct | null;
  readonly recordsThrough: number;
  readonly matchesThrough: number;
}

interface HeldTask {
  readonly id: number;
  readonly recordId: number | null;
  readonly phaseId: number | null;
  readonly taskTime: WallMs | null;
}

/** What a restore holds: `restores`, `held_ticks`, and rows of others. Inside a transaction. */
export class Held {
  readonly messages: HeldMessages;
  readonly #decisions: Decisions;
  readonly #fresh: Statement<{ id: string; restoredAt: number }>;
  readonly #known: Statement<Known>;
  readonly #page: Statement<HeldTask>;
  readonly #hold: Readonly<Record<"ticks" | "cursors" | "backfills" | "jobs" | "earlier" | "restore", Statement>>;
  readonly #decide: Statement;
  readonly #reopen: Statement;
  readonly #end: Statement;
  readonly #count: Statement;
  readonly #countTicks: Statement;
  readonly #countFound: Statement;
  readonly #moveTicks: Statement;
  readonly #removeTicks: Statement;
  readonly #pauseFrom: Statement;
  /** Of the newest restore; undefined: not read yet. */
  #newest: Known | null | undefined = undefined;

  constructor(statements: Statements, outbox: Outbox, decisions: Decisions) {
    this.messages = new HeldMessages(statements, outbox);
    this.#decisions = decisions;
    const prepare: Statements["prepare"] = (name, sql) => statements.prepare(`held.${name}`, sql);
    this.#fresh = prepare(
      "fresh",
      "SELECT id, restored_at AS restoredAt FROM restores INDEXED BY restores_restored WHERE state = 'held' AND held_at IS NULL ORDER BY restored_at DESC, id DESC LIMIT 1",
    );
    this.#known = prepare(
      "known",
      `SELECT id, data_at AS dataAt, restored_at AS restoredAt, state, decision, records_through AS recordsThrough,
         matches_through AS matchesThrough
       FROM restores INDEXED BY restores_restored WHERE held_at IS NOT NULL ORDER BY restored_at DESC, id DESC LIMIT 1`,
    );
    this.#page = prepare(
      "hold_page",
      `SELECT o.id, o.record_id AS recordId, r.phase_id AS phaseId, r.task_time AS taskTime
       FROM outbox o LEFT JOIN task_records r ON r.id = o.record_id WHERE o.id > ? ORDER BY o.id LIMIT ${PAGE}`,
    );
    // A pause began before: what it passed over may have been decided at its end.
    const from = "min(cursor_at, ifnull(paused_from, cursor_at))";
    this.#hold = {
      ticks: prepare(
        "hold_ticks",
        `INSERT INTO held_ticks (restore_id, phase_id, kind, after_at, until_at)
         SELECT ?, phase_id, kind, ${from}, ? FROM schedules WHERE removed_at IS NULL AND ${from} < ?`,
      ),
      cursors: prepare(
        "hold_cursors",
        `UPDATE schedules SET cursor_at = max(cursor_at, ?), paused_from = max(paused_from, ?) WHERE removed_at IS NULL`,
      ),
      backfills: prepare(
        "hold_backfills",
        "UPDATE backfills SET state = 'paused', note = ?, held = 1 WHERE ended_at IS NULL AND state = 'running'",
      ),
      jobs: prepare("hold_jobs", "UPDATE bulk_jobs SET held = 1 WHERE state = 'running'"),
      earlier: prepare(
        "hold_earlier",
        "UPDATE restores SET decision = NULL WHERE state = 'held' AND held_at IS NOT NULL",
      ),
      restore: prepare(
        "hold_restore",
        `UPDATE restores SET held_at = ?, records_through = (SELECT ifnull(max(id), 0) FROM task_records),
           matches_through = (SELECT ifnull(max(id), 0) FROM file_pattern_matches)
         WHERE state = 'held' AND held_at IS NULL`,
      ),
    };
    this.#decide = prepare(
      "decide",
      `UPDATE restores SET decision = ?, decided_at = ?, decided_by = ?, decision_reason = ?
       WHERE id = ?`,
    );
    this.#reopen = prepare(
      "reopen",
      "UPDATE restores SET state = 'held', decision = NULL WHERE id = ? AND state <> 'held'",
    );
    this.#end = prepare("end", "UPDATE restores SET state = ? WHERE state = 'held' AND held_at IS NOT NULL");
    this.#count = prepare("count", "UPDATE restores SET decided_messages = decided_messages + ? WHERE id = ?");
    this.#countTicks = prepare("count_ticks", "UPDATE restores SET decided_ticks = decided_ticks + ? WHERE id = ?");
    this.#countFound = prepare("count_found", "UPDATE restores SET found_sent = found_sent + ? WHERE id = ?");
    const key = "restore_id = ? AND phase_id = ? AND kind = ?";
    this.#moveTicks = prepare("move_ticks", `UPDATE held_ticks SET after_at = ? WHERE ${key}`);
    this.#removeTicks = prepare("remove_ticks", `DELETE FROM held_ticks WHERE ${key}`);
    this.#pauseFrom = prepare(
      "pause_from",
      "UPDATE schedules SET paused_from = min(paused_from, ?) WHERE phase_id = ? AND kind = ? AND paused_from IS NOT NULL",
    );
  }

  /** At the first start on a restored database, before anything is sent or consumed. */
  begin(now: number): void {
    const fresh = this.#fresh.get();
    if (fresh === undefined) return;
    const { id, restoredAt } = fresh;
    this.#hold.earlier.run();
    this.#hold.restore.run(now);
    this.#newest = undefined;
    const known = this.#restore;
    this.messages.holdAll();
    for (let after = 0, page = this.#page.all(after); page.length > 0; page = this.#page.all(after)) {
      for (const { recordId, phaseId, taskTime } of page)
        if (recordId !== null && phaseId !== null)
          this.#decisions.add(heldDecision(known, "waited", phaseId, taskTime), { recordId, fileMessageId: null }, now);
      after = page.at(-1)?.id ?? Infinity;
    }
    this.#hold.ticks.run(id, restoredAt, restoredAt);
    this.#hold.cursors.run(restoredAt, restoredAt);
    this.#hold.backfills.run("held after the restore of the database");
    this.#hold.jobs.run();
  }

  get #restore(): Known | null {
    if (this.#newest === undefined) this.#newest = this.#known.get() ?? null;
    return this.#newest;
  }

  /** After a change of its row. */
  changed(): void {
    this.#newest = undefined;
  }

  /** The newest restore that a start has found. */
  get restoreId(): string | null {
    return this.#restore?.id ?? null;
  }

  /** Whether a task that waits for a slot or a resume was there before the restore, and nobody let it go on. */
  holdsTask(recordId: number): boolean {
    const known = this.#restore;
    return known !== null && isOpen(known) && recordId <= known.recordsThrough;
  }

  /** Whether a match of a file was there before the restore. */
  holdsMatch(matchId: number): boolean {
    const known = this.#restore;
    return known !== null && isOpen(known) && matchId <= known.matchesThrough;
  }

  /** A message that is decided now, but may have been sent before. `stored` is null when it can be rebuilt from the record. */
  add(
    task: { readonly recordId: number; readonly phaseId: number; readonly taskTime: WallMs | null } | null,
    message: { readonly topic: string; readonly stored: string | null; readonly dueAt: number },
    now: number,
  ): void {
    const known = this.#restore;
    this.messages.add(task?.recordId ?? null, message.topic, message.stored, message.dueAt);
    // Asked of the row: what is known here may be of a transaction that was rolled back.
    if (known !== null && this.#reopen.run(known.id).changes > 0) this.changed();
    if (task === null) return;
    const { recordId, phaseId, taskTime } = task;
    this.#decisions.add(heldDecision(known, "reread", phaseId, taskTime), { recordId, fileMessageId: null }, now);
  }

  /** False: a decision is being carried out, or there is no restore. */
  decide(act: HeldAct, { by, reason }: { readonly by: string; readonly reason: string }, now: number): boolean {
    const known = this.#restore;
    if (known === null || (known.state === "held" && known.decision !== null)) return false;
    this.#reopen.run(known.id);
    this.#decide.run(act, now, by, reason, known.id);
    this.changed();
    return true;
  }

  counted(messages: number): void {
    this.#count.run(messages, this.restoreId);
  }

  countedFound(messages: number): void {
    this.#countFound.run(messages, this.restoreId);
  }

  ticksDecided({ restoreId, phaseId, kind }: HeldTicks, count: number, cursorAt: number, isLast: boolean): void {
    if (isLast) this.#removeTicks.run(restoreId, phaseId, kind);
    else this.#moveTicks.run(cursorAt, restoreId, phaseId, kind);
    this.#countTicks.run(count, this.restoreId);
  }

  giveToPause({ restoreId, phaseId, kind, afterAt }: HeldTicks): boolean {
    if (this.#pauseFrom.run(afterAt, phaseId, kind).changes === 0) return false;
    this.#removeTicks.run(restoreId, phaseId, kind);
    return true;
  }

  end(state: "accepted" | "dropped" | "none"): void {
    this.#end.run(state);
    this.changed();
  }
}

/** Nobody has let go on what it holds. */
function isOpen({ state, decision }: Known): boolean {
  return state === "held" && decision !== "accept";
}

function heldDecision(
  known: Known | null,
  because: "waited" | "reread",
  phaseId: number,
  taskTime: WallMs | null,
): NewDecision {
  const data = { because, data_at: known?.dataAt ?? null, restored_at: known?.restoredAt ?? null };
  return { code: "restore_held", phaseId, taskTime, data };
}

/** Reads it, for people and for the engine. */
export class HeldReader {
  readonly lists: HeldMessageLists;
  readonly #newest: Statement<HeldRestore>;
  readonly #ticks: Statement<HeldTicks>;
  readonly #phaseAfter: Statement<{ phaseId: number }>;
  readonly #waiting: Statement<{ tasks: number }>;
  readonly #waitingPage: Statement<{ id: number }>;
  readonly #backfills: Statement<{ id: number }>;
  readonly #jobs: Statement<{ id: number }>;

  constructor(statements: Statements) {
    this.lists = new HeldMessageLists(statements);
    this.#newest = statements.prepare("held.newest", NEWEST);
    this.#ticks = statements.prepare(
      "held.ticks",
      `SELECT restore_id AS restoreId, phase_id AS phaseId, kind, after_at AS afterAt, until_at AS untilAt FROM held_ticks
       ORDER BY restore_id, phase_id, kind`,
    );
    this.#phaseAfter = statements.prepare(
      "held.phase_after",
      `SELECT phase_id AS phaseId FROM task_records INDEXED BY task_records_slots WHERE phase_id > ? AND ${WAITING} ORDER BY phase_id LIMIT 1`,
    );
    this.#waiting = statements.prepare(
      "held.waiting",
      `SELECT count(*) AS tasks FROM task_records INDEXED BY task_records_slots WHERE phase_id = ? AND id <= ? AND ${WAITING}`,
    );
    this.#waitingPage = statements.prepare(
      "held.waiting_page",
      `SELECT id FROM task_records INDEXED BY task_records_slots WHERE phase_id = ? AND id <= ? AND ${WAITING} ORDER BY id LIMIT ?`,
    );
    this.#backfills = statements.prepare(
      "held.backfills",
      "SELECT id FROM backfills INDEXED BY backfills_open WHERE ended_at IS NULL AND held = 1 ORDER BY id LIMIT 1000",
    );
    this.#jobs = statements.prepare(
      "held.jobs",
      "SELECT id FROM bulk_jobs INDEXED BY bulk_jobs_held WHERE held = 1 ORDER BY id LIMIT 1000",
    );
  }

  newest(): HeldRestore | null {
    return this.#newest.get() ?? null;
  }

  ticks(): readonly HeldTicks[] {
    return this.#ticks.all();
  }

  counts(): HeldCounts {
    const restore = this.newest();
    const isOpen = restore !== null && restore.state === "held" && restore.decision !== "accept";
    let waiting = 0;
    if (isOpen)
      for (const phaseId of this.#phases()) waiting += this.#waiting.get(phaseId, restore.records_through)?.tasks ?? 0;
    return {
      ...this.lists.topics(),
      waiting_tasks: waiting,
      backfills: this.#backfills.all().map(({ id }) => id),
      jobs: this.#jobs.all().map(({ id }) => id),
    };
  }

  /** Of the phases one after the other. */
  waitingTasks(limit: number): readonly number[] {
    const through = this.newest()?.records_through ?? 0;
    const found: number[] = [];
    for (const phaseId of this.#phases()) {
      found.push(...this.#waitingPage.all(phaseId, through, limit - found.length).map(({ id }) => id));
      if (found.length >= limit) break;
    }
    return found;
  }

  *#phases(): Iterable<number> {
    let before = -1;
    for (;;) {
      const next = this.#phaseAfter.get(before)?.phaseId;
      if (next === undefined || next <= before) return;
      yield next;
      before = next;
    }
  }
}

export function heldQueries(query: <T>(read: (reader: HeldReader) => T) => T): HeldQueries {
  return {
    restore: async () => query((reader) => reader.newest()),
    counts: async () => query((reader) => reader.counts()),
    ticks: async () => query((reader) => reader.ticks()),
    messages: async (after, limit) => query((reader) => reader.lists.page(after, limit)),
  };
}
