import type {
  DoneDecider,
  DoneMessage,
  DueTick,
  FileDecider,
  FileMessage,
  FileRedecider,
  SlotState,
  TickDecider,
} from "../../core/decide/decider.ts";
import type { NewAlert, NewDecision, NewMessage } from "../../core/decide/effects.ts";
import type { AlertStore } from "../alert-store.ts";
import type { HeldPhase } from "../held-tasks.ts";
import type {
  Committed,
  DeadLetter,
  FilesSpan,
  OpenDeadLetter,
  OutboxRow,
  PassedMoment,
  ReadStore,
  Store,
  StoreHealth,
  WatchedFiles,
} from "../store.ts";
import type { LoadedFile } from "../workflow-versions.ts";
import { type Connection, Statements } from "./database/connection.ts";
import { SqliteAlertStore } from "./write/sqlite-alert-store.ts";
import { ABOUT_NOTHING } from "./tasks/decisions.ts";
import { createTasks } from "./write/create-tasks.ts";
import { EffectsWriter } from "./write/effects-writer.ts";
import type { FinishGathered } from "../file-queries.ts";
import { type RedriveEvent, redriveFiles, tryFiles } from "./write/file-redrive.ts";
import { Ingest } from "./write/ingest.ts";
import { cancelTasks, reviewJoins } from "./write/join-reviews.ts";
import type { IntegrityCheck } from "./database/integrity.ts";
import { redriveDeadLetters, refuseRows } from "./write/undelivered.ts";
import { Tables } from "./write/tables.ts";
import { Writer } from "./write/writer.ts";

export interface SqliteStoreParts {
  readonly path: string;
  readonly db: Connection;
  readonly reads: ReadStore & { close(): void | Promise<void> };
  /** Null when the last stop was clean. */
  integrity: (() => IntegrityCheck) | null;
  now(): number;
  /** This process, as the owner of outbox rows. */
  readonly owner: string;
  /** Called after everything is closed. */
  released(): void;
}

/**
 * The SQLite adapter of the port. Its methods are promises because the port's are: each runs synchronously to its end,
 * so two of them never interleave.
 */
export class SqliteStore implements Store {
  readonly statements: Statements;
  readonly reads: ReadStore;
  readonly watchedFiles: WatchedFiles;
  readonly alerts: AlertStore;
  readonly #parts: SqliteStoreParts;
  readonly #tables: Tables;
  readonly #writer: Writer;
  readonly #effects: EffectsWriter;
  readonly #ingest: Ingest;
  readonly #integrity: IntegrityCheck | null;
  #closed = false;

  constructor(parts: SqliteStoreParts) {
    this.#parts = parts;
    this.reads = parts.reads;
    const statements = new Statements(parts.db);
    this.statements = statements;
    const tables = new Tables(statements, parts.owner, () => parts.now());
    this.#tables = tables;
    this.#writer = new Writer(parts.path, parts.db, statements, tables);
    this.#effects = new EffectsWriter(tables, (phaseId) => this.#tables.workflows.nameOfPhase(phaseId));
    this.#ingest = new Ingest(tables, this.#effects);
    this.watchedFiles = {
      fingerprint: async (path) => this.#tables.files.fingerprint(path),
      mark: async (entries) => {
        const now = parts.now();
        this.#writer.transaction(() =>
          entries.forEach((entry) => this.#tables.files.mark(entry.path, entry.fingerprint, now)),
        );
      },
    };
    this.alerts = new SqliteAlertStore(tables, this.#writer);
    const wasClean = this.#tables.state.stoppedCleanly();
    this.#writer.transaction(() => {
      tables.notifications.resend();
      if (wasClean) this.#tables.state.markCleanStop(null);
      else this.#tables.outbox.releaseAll();
    });
    this.#integrity = wasClean || parts.integrity === null ? null : parts.integrity();
  }

  async ingestDone(
    messages: readonly DoneMessage[],
    decider: DoneDecider,
    now: number,
    deadLetters: readonly DeadLetter[] = [],
  ): Promise<Committed> {
    this.#tables.alerts.refresh();
    return this.#writer.group(
      messages,
      (message, gathered) => this.#ingest.done(message, decider, now, gathered),
      (message, error) => this.#ingest.refuse(message, decider.refuse(error), now),
      () => deadLetters.forEach((deadLetter) => this.#tables.deadLetters.add(deadLetter)),
    );
  }

  async ingestFiles(
    messages: readonly FileMessage[],
    decider: FileDecider,
    now: number,
    deadLetters: readonly DeadLetter[] = [],
  ): Promise<Committed> {
    this.#tables.alerts.refresh();
    return this.#writer.group(
      messages,
      (message, gathered) => this.#ingest.file(message, decider, now, gathered),
      (message, error) => this.#ingest.refuse(message, decider.refuse(error), now),
      () => deadLetters.forEach((deadLetter) => this.#tables.deadLetters.add(deadLetter)),
    );
  }

  async redriveFiles(
    ids: readonly number[],
    decider: FileRedecider,
    now: number,
    dryRun: boolean,
  ): ReturnType<Store["redriveFiles"]> {
    const redrive: RedriveEvent = (id, gathered) => this.#ingest.redriveFile(id, decider, now, gathered);
    return dryRun
      ? tryFiles(ids, redrive, this.#writer)
      : redriveFiles(ids, redrive, (error) => decider.refuse(error), this.#writer);
  }

  async gathering(phaseId: number): ReturnType<Store["gathering"]> {
    return this.#tables.files.gathering(phaseId);
  }

  async finishGathered(finish: FinishGathered, now: number): ReturnType<Store["finishGathered"]> {
    this.#tables.alerts.refresh();
    return this.#writer.transaction((gathered) => {
      const recordId = this.#ingest.finishGathered(finish, now, gathered);
      return { outbox: gathered.outbox, rejected: 0, recordIds: recordId === null ? [] : [recordId] };
    });
  }

  async fireTicks(
    ticks: readonly DueTick[],
    decider: TickDecider,
    now: number,
    passed: readonly PassedMoment[] = [],
  ): Promise<Committed> {
    const due = this.#aheadOfCursors(ticks);
    const moments = passed.filter(({ schedule: { phaseId, kind, cursorAt } }) => {
      return cursorAt > (this.#tables.schedules.cursor(phaseId, kind) ?? Number.NEGATIVE_INFINITY);
    });
    const cursors = new Map<number, number>();
    for (const { phaseId, scheduledAt } of due)
      cursors.set(phaseId, Math.max(scheduledAt, cursors.get(phaseId) ?? scheduledAt));
    this.#tables.alerts.refresh();
    return this.#writer.group(
      due,
      (tick, gathered) => this.#ingest.tick(tick, decider, now, gathered),
      (tick, error) => this.#ingest.skip(decider.missed(tick, error), now),
      () => {
        for (const moment of moments) {
          this.#add(moment, now);
          this.#tables.schedules.move(moment.schedule, now);
        }
        cursors.forEach((cursorAt, phaseId) => this.#tables.schedules.move({ phaseId, kind: "cron", cursorAt }, now));
      },
    );
  }

  async createTasks(...args: Parameters<Store["createTasks"]>): ReturnType<Store["createTasks"]> {
    return createTasks(this.#tables, this.#writer, this.#effects, ...args);
  }

  async expireTasks(
    now: number,
    limit: number,
    decide: Parameters<Store["expireTasks"]>[2],
  ): ReturnType<Store["expireTasks"]> {
    const tasks = this.#tables.records.incomplete(now, limit);
    if (tasks.length === 0) return { expired: 0, outbox: [] };
    return this.#writer.transaction((gathered) => {
      for (const task of tasks) {
        this.#tables.records.setState(task.recordId, "overdue");
        const about = { recordId: task.recordId, fileMessageId: null };
        const { alerts, decisions } = decide(task);
        for (const alert of alerts) this.#tables.alerts.raise(alert, about, now);
        for (const decision of decisions) this.#tables.decisions.add(decision, about, now);
      }
      return { expired: tasks.length, outbox: gathered.outbox };
    });
  }

  async record(entries: Parameters<Store["record"]>[0], now: number): Promise<void> {
    this.#writer.transaction(() => {
      this.#add(entries, now);
      this.#tables.alerts.refresh();
      this.#tables.alerts.resolveCauses(entries.resolves ?? [], now);
    });
  }

  async releaseHeld(choose: (phaseId: number, slots: SlotState) => readonly number[], now: number): Promise<Committed> {
    const chosen = this.#tables.records
      .phasesWithHeld()
      .flatMap((phaseId) => choose(phaseId, this.#tables.records.slots(phaseId)));
    if (chosen.length === 0) return { outbox: [], rejected: 0 };
    return this.#writer.transaction((gathered) => {
      for (const recordId of chosen) this.#effects.release(recordId, now, gathered);
      return { outbox: gathered.outbox, rejected: 0 };
    });
  }

  async heldPhases(): Promise<readonly HeldPhase[]> {
    const { records, workflows } = this.#tables;
    return records.phasesWithHeld().map((phaseId) => ({
      phaseId,
      held: records.countHeld(phaseId),
      ...workflows.holderOf(phaseId),
    }));
  }

  async heldTasks(phaseId: number): Promise<readonly number[]> {
    return this.#tables.records.slots(phaseId).held;
  }

  async cancelTasks(...args: Parameters<Store["cancelTasks"]>): ReturnType<Store["cancelTasks"]> {
    return cancelTasks(this.#tables, this.#writer, this.#ingest, ...args);
  }

  async reviewJoins(...args: Parameters<Store["reviewJoins"]>): Promise<Committed> {
    return reviewJoins(this.#tables, this.#writer, this.#ingest, ...args);
  }

  async enqueue(messages: readonly NewMessage[], now: number): Promise<Committed> {
    return this.#writer.transaction((gathered) => {
      for (const { topic, payload } of messages)
        gathered.outbox.push(this.#tables.outbox.addOwned(null, topic, payload, payload, now));
      return { outbox: gathered.outbox, rejected: 0 };
    });
  }

  async claimOutbox(now: number, limit: number, exceptTopics: readonly string[]): Promise<readonly OutboxRow[]> {
    const topics = this.#tables.outbox.topics(exceptTopics);
    const next = this.#tables.outbox.nextDueAt(topics);
    if (next === null || next > now) return [];
    return this.#writer.transaction(() => {
      const claims = topics.flatMap((topic) => this.#tables.outbox.claim(topic, now, limit));
      for (const claim of claims) {
        if (claim.wakes !== null) this.#tables.records.setState(claim.wakes, "queued");
      }
      return claims.toSorted((a, b) => a.dueAt - b.dueAt || a.row.id - b.row.id).map((claim) => claim.row);
    });
  }

  outboxSent(ids: readonly number[]): void {
    this.#writer.sent(ids);
  }

  async releaseOutbox(ids: readonly number[], dueAt: number): Promise<void> {
    if (ids.length > 0) this.#writer.transaction(() => this.#tables.outbox.release(ids, dueAt));
  }

  async refuseOutbox(...args: Parameters<Store["refuseOutbox"]>): Promise<Committed> {
    return refuseRows(this.#tables, this.#writer, this.#ingest, ...args);
  }

  async nextDueAt(exceptTopics: readonly string[]): Promise<number | null> {
    return this.#tables.outbox.nextDueAt(this.#tables.outbox.topics(exceptTopics));
  }

  async flush(): Promise<void> {
    if (this.#writer.hasSent) this.#writer.transaction(() => undefined);
  }

  async schedules(): ReturnType<Store["schedules"]> {
    return this.#tables.schedules.all();
  }

  async moveCursors(...[rows, now, setBack = null]: Parameters<Store["moveCursors"]>): Promise<void> {
    if (rows.length === 0 && (setBack === null || !this.#tables.outbox.isDelayed(now))) return;
    this.#writer.transaction(() => {
      for (const row of rows) this.#tables.schedules.put(row, now);
      if (setBack !== null) this.#tables.outbox.setBack(setBack, now);
    });
  }

  async saveWorkflows(files: readonly LoadedFile[], now: number): ReturnType<Store["saveWorkflows"]> {
    const { joins, records, workflows } = this.#tables;
    const changes = {
      capped: (phase: Parameters<typeof records.takeSlots>[0]) => records.takeSlots(phase, now),
      takenOver: (from: number, to: number) => joins.takeOver(from, to),
    };
    return this.#writer.transaction(() => workflows.save(files, now, changes));
  }

  async acceptedVersions(): ReturnType<Store["acceptedVersions"]> {
    return this.#tables.workflows.accepted();
  }

  async pausedPhases(): ReturnType<Store["pausedPhases"]> {
    return this.#tables.workflows.paused();
  }

  async filesSeen(span: FilesSpan): Promise<number> {
    return this.#tables.files.seen(span);
  }

  async redriveDeadLetters(ids: readonly number[] | "all", now: number): ReturnType<Store["redriveDeadLetters"]> {
    return this.#writer.transaction(() => redriveDeadLetters(this.#tables, ids, now));
  }

  async openDeadLetters(
    request: { readonly ids: readonly number[] } | { readonly after: number; readonly limit: number },
  ): Promise<readonly OpenDeadLetter[]> {
    if ("ids" in request) return this.#tables.deadLetters.open(request.ids);
    return this.#tables.deadLetters.openAfter(request.after, request.limit);
  }

  async getState(key: string): Promise<string | null> {
    return this.#tables.state.get(key);
  }

  async putState(entries: ReadonlyMap<string, string | null>): Promise<void> {
    if (entries.size > 0)
      this.#writer.transaction(() => entries.forEach((value, key) => this.#tables.state.put(key, value)));
  }

  async indexSearch(max: number): Promise<{ readonly taken: number; readonly isMore: boolean }> {
    if (!this.#tables.searchIndex.hasWork()) return { taken: 0, isMore: false };
    const indexed = this.#writer.transaction(() => this.#tables.searchIndex.step(max));
    return { taken: indexed, isMore: this.#tables.searchIndex.hasWork() };
  }

  async optimize(): Promise<void> {
    this.#parts.db.pragma("optimize");
  }

  health(): StoreHealth {
    const integrity = this.#integrity?.state ?? "clean";
    const broken = this.#integrity?.reason ?? null;
    const reason = this.#writer.error?.message ?? broken;
    return { ok: reason === null, reason, integrity };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // A check that was interrupted, or found damage, is repeated at the next start.
    const isSound = this.#integrity === null || this.#integrity.state === "checked";
    this.#integrity?.stop();
    // A running read would keep the WAL from being truncated.
    await this.#parts.reads.close();
    try {
      this.#writer.transaction(() => {
        this.#tables.outbox.releaseAll();
        this.#tables.ids.returnUnused();
        if (isSound) this.#tables.state.markCleanStop(this.#parts.now());
      });
      if (isSound) this.#parts.db.pragma("optimize");
      this.#parts.db.pragma("wal_checkpoint(TRUNCATE)");
    } finally {
      this.#parts.db.close();
      this.#parts.released();
    }
  }

  #add(
    entries: { readonly alerts: readonly NewAlert[]; readonly decisions: readonly NewDecision[] },
    now: number,
  ): void {
    for (const alert of entries.alerts) this.#tables.alerts.raise(alert, ABOUT_NOTHING, now);
    for (const decision of entries.decisions) this.#tables.decisions.add(decision, ABOUT_NOTHING, now);
  }

  #aheadOfCursors(ticks: readonly DueTick[]): readonly DueTick[] {
    const cursors = new Map<number, number>();
    return ticks.filter(({ phaseId, scheduledAt }) => {
      let cursor = cursors.get(phaseId);
      if (cursor === undefined) {
        cursor = this.#tables.schedules.cursor(phaseId, "cron") ?? Number.NEGATIVE_INFINITY;
        cursors.set(phaseId, cursor);
      }
      return scheduledAt > cursor;
    });
  }
}
