import type {
  Decided,
  DecidedTicks,
  FoundMessage,
  HeldAct,
  HeldSent,
  HeldStore,
  HeldTicks,
} from "../../backup/held-store.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { ABOUT_NOTHING } from "../tasks/decisions.ts";
import type { MessageRow } from "../tasks/task-records.ts";
import type { EffectsWriter } from "../write/effects-writer.ts";
import type { Ingest } from "../write/ingest.ts";
import type { Tables } from "../write/tables.ts";
import { addEntries } from "../write/ticks.ts";
import type { Gathered, Writer } from "../write/writer.ts";
import { HeldReader } from "./held.ts";

type Parts = Pick<Tables, "held" | "records" | "reports" | "decisions" | "alerts" | "backfills" | "changes">;

const NO_TASK = { created: "", meta: "", result: "", msg: "", started: "", ended: "" };

/** The port's methods, on the writing connection. */
export class SqliteHeldStore implements HeldStore {
  readonly #tables: Parts;
  readonly #writer: Writer;
  readonly #ingest: Ingest;
  readonly #effects: EffectsWriter;
  readonly #reader: HeldReader;
  readonly #setSent: Statement;
  readonly #sentAs: Statement;
  readonly #goOn: Readonly<Record<"backfill" | "job" | "items" | "endJob", Statement>>;

  constructor(statements: Statements, tables: Parts, writer: Writer, ingest: Ingest, effects: EffectsWriter) {
    this.#tables = tables;
    this.#writer = writer;
    this.#ingest = ingest;
    this.#effects = effects;
    this.#reader = new HeldReader(statements);
    this.#setSent = statements.prepare(
      "held.set_sent",
      "UPDATE task_records SET state = 'sent', due_at = NULL WHERE id = ? AND state IN ('waiting', 'queued')",
    );
    this.#sentAs = statements.prepare(
      "held.sent_as",
      "UPDATE OR IGNORE task_records SET task_id = ?, created = ? WHERE id = ?",
    );
    this.#goOn = {
      backfill: statements.prepare(
        "held.backfill_on",
        "UPDATE backfills SET state = 'running', note = '', held = 0 WHERE id = ? AND held = 1 AND state = 'paused'",
      ),
      job: statements.prepare("held.job_on", "UPDATE bulk_jobs SET held = 0 WHERE id = ? AND held = 1"),
      items: statements.prepare(
        "held.drop_items",
        `DELETE FROM bulk_items WHERE job_id = ? AND record_id IN (SELECT record_id FROM bulk_items WHERE job_id = ? ORDER BY record_id LIMIT ?)`,
      ),
      endJob: statements.prepare(
        "held.end_job",
        "UPDATE bulk_jobs SET held = 0, state = 'done', finished_at = ?, refused = total - changed WHERE id = ? AND held = 1",
      ),
    };
  }

  async restore(): ReturnType<HeldStore["restore"]> {
    return this.#reader.newest();
  }

  async counts(): ReturnType<HeldStore["counts"]> {
    return this.#reader.counts();
  }

  async ticks(): ReturnType<HeldStore["ticks"]> {
    return this.#reader.ticks();
  }

  async decide(...args: Parameters<HeldStore["decide"]>): Promise<boolean> {
    return this.#writer.transaction(() => this.#tables.held.decide(...args));
  }

  async messages(...[after, limit]: Parameters<HeldStore["messages"]>): ReturnType<HeldStore["messages"]> {
    return this.#reader.lists.page(after, limit);
  }

  async payloads(...args: Parameters<HeldStore["payloads"]>): ReturnType<HeldStore["payloads"]> {
    return this.#tables.held.messages.payloads(...args);
  }

  async found(...[sent, now]: Parameters<HeldStore["found"]>): Promise<void> {
    const { held, records, decisions, changes } = this.#tables;
    this.#writer.transaction((gathered) => {
      let found = 0;
      for (const { id, recordId, sentAs } of sent) {
        const row = records.messageRow(recordId);
        if (row === null || !held.messages.remove(id)) continue;
        found += 1;
        const known = sentAs === null ? null : this.#knownAs(row, sentAs);
        if (known !== null) this.#effects.cancel(recordId, gathered);
        else {
          this.#setSent.run(recordId);
          if (sentAs !== null) this.#sentAs.run(sentAs.taskId, sentAs.created, recordId);
        }
        changes.note("tasks", recordId);
        const phaseId = records.byId(recordId)?.phaseId ?? 0;
        const data = known === null ? {} : { known };
        const decision = { code: "restore_found", phaseId, taskTime: row.taskTime, data } as const;
        decisions.add(decision, { recordId, fileMessageId: null }, now);
      }
      held.countedFound(found);
    });
  }

  /** The record that was made of the result of this task, before it was found on the bus; null: none was. */
  #knownAs(row: MessageRow, { taskId, created }: NonNullable<FoundMessage["sentAs"]>): number | null {
    const { type, job, info } = row;
    const [known] = this.#tables.records.sameTask({ ...NO_TASK, id: taskId, type, job, info }, created);
    return known?.recordId ?? null;
  }

  async release(...[ids, decision, now]: Parameters<HeldStore["release"]>): ReturnType<HeldStore["release"]> {
    const { held } = this.#tables;
    return this.#writer.transaction(() => {
      let first: number | null = null;
      let released = 0;
      for (const id of ids) {
        const row = held.messages.release(id);
        if (row === null) continue;
        released += 1;
        first = Math.min(first ?? row.dueAt, row.dueAt);
        this.#decided(row.recordId, decision, now);
      }
      held.counted(released);
      return first;
    });
  }

  async drop(...[messages, decision, reviewer, now]: Parameters<HeldStore["drop"]>): Promise<HeldSent> {
    const { held, alerts, records } = this.#tables;
    alerts.refresh();
    return this.#writer.transaction((gathered) => {
      let dropped = 0;
      for (const { id, topic, record_id: recordId } of messages) {
        const why = decision({ phaseId: records.byId(recordId ?? 0)?.phaseId ?? 0, taskTime: null });
        // Its message goes with the task; that of a task which is gone does not.
        const isCancelled = recordId !== null && this.#ingest.cancel(recordId, why, reviewer, now, gathered) !== null;
        const isRemoved = held.messages.remove(id);
        if (!isCancelled && !isRemoved) continue;
        dropped += 1;
        if (recordId === null) this.#tables.decisions.add({ ...why, data: { ...why.data, topic } }, ABOUT_NOTHING, now);
      }
      held.counted(dropped);
      return { outbox: gathered.outbox };
    });
  }

  async waitingTasks(...[limit]: Parameters<HeldStore["waitingTasks"]>): ReturnType<HeldStore["waitingTasks"]> {
    return this.#reader.waitingTasks(limit);
  }

  async decideTicks(of: HeldTicks, decided: DecidedTicks, now: number): Promise<HeldSent> {
    const { ticks, decider, passed, count, cursorAt, isLast } = decided;
    const { held, alerts } = this.#tables;
    alerts.refresh();
    return this.#writer.group(
      ticks,
      (tick, gathered: Gathered) => this.#ingest.tick(tick, decider, now, gathered),
      (tick, error) => this.#ingest.skip(decider.missed(tick, error), now),
      () => {
        for (const entries of passed) addEntries(this.#tables, entries, now);
        held.ticksDecided(of, count, cursorAt, isLast);
      },
    );
  }

  async giveToPause(of: HeldTicks): Promise<boolean> {
    return this.#writer.transaction(() => this.#tables.held.giveToPause(of));
  }

  async endWork(act: HeldAct, decision: Decided, limit: number, now: number): Promise<boolean> {
    const { backfills, changes, decisions } = this.#tables;
    const { backfills: held, jobs } = this.#reader.counts();
    return this.#writer.transaction(() => {
      for (const id of held) {
        const phaseId = backfills.one(id)?.phaseId ?? 0;
        if (act === "accept") this.#goOn.backfill.run(id);
        else {
          backfills.setState(id, "cancelled", "dropped after the restore of the database");
          backfills.cancelUnplanned(id);
        }
        changes.note("backfills", id);
        const { code, data } = decision({ phaseId, taskTime: null });
        decisions.add({ code, phaseId, taskTime: null, data: { ...data, backfill: id } }, ABOUT_NOTHING, now);
      }
      let left = limit;
      for (const id of jobs) {
        if (act === "accept") this.#goOn.job.run(id);
        else {
          left -= this.#goOn.items.run(id, id, left).changes;
          if (left <= 0) return false;
          this.#goOn.endJob.run(now, id);
        }
      }
      return true;
    });
  }

  async end(state: Parameters<HeldStore["end"]>[0]): Promise<void> {
    this.#writer.transaction(() => this.#tables.held.end(state));
  }

  #decided(recordId: number | null, decision: Decided, now: number): void {
    const { records, decisions, changes } = this.#tables;
    if (recordId === null) return;
    const phaseId = records.byId(recordId)?.phaseId ?? 0;
    const taskTime = records.messageRow(recordId)?.taskTime ?? null;
    decisions.add(decision({ phaseId, taskTime }), { recordId, fileMessageId: null }, now);
    changes.note("tasks", recordId);
  }
}
