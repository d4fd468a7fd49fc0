import type { RedactRules } from "../../contract/redact/rules.ts";
import type {
  DoneDecider,
  DoneMessage,
  FileDecider,
  FileMessage,
  FileRedecider,
  SlotState,
} from "../../core/decide/decider.ts";
import type { AccessStore } from "../access-store.ts";
import type { BackupStore } from "../backup/backup-store.ts";
import type { HeldStore } from "../backup/held-store.ts";
import { SqliteHeldStore } from "./backup/sqlite-held-store.ts";
import type { AlertStore } from "../alert-store.ts";
import type { ByHandStore } from "../by-hand-store.ts";
import type { BackfillStore } from "../backfill-store.ts";
import type { HeldPhase } from "../running-tasks.ts";
import type { ChangeListener } from "../../contract/live/changes.ts";
import type { IdempotentAnswers } from "../../contract/live/idempotent-answers.ts";
import type { NoteStore } from "../notes.ts";
import type { PauseStore } from "../pauses.ts";
import type { RetentionStore } from "../retention/retention-store.ts";
import type { WatchedFiles } from "../watched-files.ts";
import { accessStore } from "./write/access.ts";
import { watchedFiles } from "./write/watched-files.ts";
import { idempotentAnswers } from "./live/idempotent-answers.ts";
import { noteStore } from "./write/notes.ts";
import { pauseStore, wake } from "./write/pauses.ts";
import type { Committed, DeadLetter, FilesSpan, OpenDeadLetter, ReadStore, Store, StoreHealth } from "../store.ts";
import type { OutboxRow, SentRow } from "../outbox-row.ts";
import type { LoadedFile } from "../workflow-versions.ts";
import { SqliteRetentionStore } from "./retention/sqlite-retention-store.ts";
import { Statements } from "./database/connection.ts";
import { SqliteAlertStore } from "./write/sqlite-alert-store.ts";
import { SqliteByHandStore } from "./write/by-hand.ts";
import { SqliteBackfillStore } from "./backfill/sqlite-backfill-store.ts";
import { createTasks } from "./write/create-tasks.ts";
import { EffectsWriter } from "./write/effects-writer.ts";
import { expireLeases, expireTasks, releaseAll } from "./write/lost-tasks.ts";
import { beginWriting } from "./write/begin-writing.ts";
import type { FinishGathered } from "../file-queries.ts";
import { type RedriveEvent, redriveFiles, tryFiles } from "./write/file-redrive.ts";
import { Ingest } from "./write/ingest.ts";
import { cancelTasks, reviewJoins } from "./write/join-reviews.ts";
import { Condition } from "./database/condition.ts";
import { isDueAtStart } from "./database/integrity.ts";
import { OpenFiles } from "./database/open-files.ts";
import { enqueue, redriveDeadLetters, refuseRows } from "./write/undelivered.ts";
import { keptOf } from "./tasks/dead-letters.ts";
import { addEntries, fireTicks } from "./write/ticks.ts";
import { Tables } from "./write/tables.ts";
import { Writer } from "./write/writer.ts";
import { maintenanceStore } from "./size/maintenance.ts";
import { KeptChecks } from "./size/kept-checks.ts";
import { SizeMeasurement } from "./size/measure-sizes.ts";
import type { MaintenanceStore } from "../../contract/live/maintenance-store.ts";
import type { SqliteStoreParts } from "./store-parts.ts";

/**
 * The SQLite adapter of the port. Its methods are promises because the port's are: each runs synchronously to its end,
 * so two of them never interleave.
 */
export class SqliteStore implements Store {
  readonly statements: Statements;
  readonly reads: ReadStore;
  readonly watchedFiles: WatchedFiles;
  readonly alerts: AlertStore;
  readonly byHand: ByHandStore;
  readonly backfills: BackfillStore;
  readonly pauses: PauseStore;
  readonly notes: NoteStore;
  readonly answers: IdempotentAnswers;
  readonly access: AccessStore;
  readonly backups: BackupStore;
  readonly held: HeldStore;
  readonly retention: RetentionStore;
  readonly maintenance: MaintenanceStore;
  readonly journal: SqliteStoreParts["journal"];
  readonly #measurement: SizeMeasurement;
  readonly #checks: KeptChecks;
  readonly #parts: SqliteStoreParts;
  readonly #tables: Tables;
  readonly #writer: Writer;
  readonly #effects: EffectsWriter;
  readonly #ingest: Ingest;
  readonly #condition: Condition;
  readonly #wasClean: boolean;
  /** It was opened by another path, or never before: what says so must not be in the `-wal` alone. */
  readonly isNewPath: boolean;
  #closed = false;

  constructor(parts: SqliteStoreParts) {
    this.#parts = parts;
    this.reads = parts.reads;
    const statements = new Statements(parts.db);
    this.statements = statements;
    const tables = new Tables(statements, parts.owner, () => parts.now(), parts.redact);
    this.#tables = tables;
    this.#writer = new Writer(parts, statements, tables);
    this.#effects = new EffectsWriter(tables, (phaseId) => this.#tables.workflows.nameOfPhase(phaseId));
    this.#ingest = new Ingest(tables, this.#effects);
    this.watchedFiles = parts.lock.around(watchedFiles(tables, this.#writer, () => parts.now()));
    this.alerts = parts.lock.around(new SqliteAlertStore(tables, this.#writer));
    this.byHand = parts.lock.around(new SqliteByHandStore(tables, this.#writer, this.#ingest, this.#effects));
    this.backfills = parts.lock.around(new SqliteBackfillStore(tables, this.#writer, this.#effects));
    this.pauses = parts.lock.around(pauseStore(tables, this.#writer));
    this.notes = parts.lock.around(noteStore(tables, this.#writer));
    this.answers = parts.lock.around(idempotentAnswers(tables.answers, this.#writer));
    this.access = parts.lock.around(accessStore(tables, this.#writer));
    this.backups = parts.lock.around(tables.backups.store(parts.db, this.#writer));
    this.retention = parts.lock.around(new SqliteRetentionStore(parts.db, statements, tables, this.#writer));
    const { state } = tables;
    const wasClean = state.stoppedCleanly();
    this.#wasClean = wasClean;
    this.held = parts.lock.around(new SqliteHeldStore(statements, tables, this.#writer, this.#ingest, this.#effects));
    this.isNewPath = this.#writer.transaction(() => beginWriting(tables, parts));
    const maintained = {
      ...parts,
      statements,
      state,
      writer: this.#writer,
      measurement: new SizeMeasurement(parts.path),
      check: () => this.#condition.check(),
    };
    this.#checks = new KeptChecks(maintained);
    this.#measurement = maintained.measurement;
    this.maintenance = maintenanceStore(maintained);
    this.journal = parts.journal;
    const last = { wasClean, checkedAt: state.checkedAt() };
    this.#condition = new Condition({
      path: parts.path,
      db: parts.db,
      writer: this.#writer,
      files: new OpenFiles(parts.path),
      startCheck: parts.startCheck,
      isCheckDue: isDueAtStart(parts, last, parts.now()),
      onChecked: (end) => void this.#checks.add(end),
      damagedRows: () => tables.outbox.damaged,
    });
  }

  async ingestDone(messages: readonly DoneMessage[], decider: DoneDecider, now: number): Promise<Committed> {
    this.#tables.alerts.refresh();
    return this.#writer.group(
      messages,
      (message, gathered) => this.#ingest.done(message, decider, now, gathered),
      (message, error) => this.#ingest.refuse(message, decider.refuse(error), now),
    );
  }

  async ingestFiles(messages: readonly FileMessage[], decider: FileDecider, now: number): Promise<Committed> {
    this.#tables.alerts.refresh();
    return this.#writer.group(
      messages,
      (message, gathered) => this.#ingest.file(message, decider, now, gathered),
      (message, error) => this.#ingest.refuse(message, decider.refuse(error), now),
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

  async fireTicks(...args: Parameters<Store["fireTicks"]>): Promise<Committed> {
    return fireTicks(this.#tables, this.#writer, this.#ingest, ...args);
  }

  async createTasks(...args: Parameters<Store["createTasks"]>): ReturnType<Store["createTasks"]> {
    return createTasks(this.#tables, this.#writer, this.#effects, ...args);
  }

  async expireTasks(...args: Parameters<Store["expireTasks"]>): ReturnType<Store["expireTasks"]> {
    return expireTasks(this.#tables, this.#writer, ...args);
  }

  async expireLeases(...args: Parameters<Store["expireLeases"]>): ReturnType<Store["expireLeases"]> {
    return expireLeases(this.#tables, this.#writer, ...args);
  }

  async record(entries: Parameters<Store["record"]>[0], now: number): Promise<void> {
    this.#writer.transaction(() => {
      addEntries(this.#tables, entries, now);
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
      const resumed = this.#tables.acts.resumes();
      for (const recordId of chosen) this.#effects.release(recordId, now, gathered, resumed);
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

  async enqueue(...args: Parameters<Store["enqueue"]>): Promise<Committed> {
    return this.#writer.transaction((gathered) => enqueue(this.#tables, gathered, ...args));
  }

  async claimOutbox(now: number, limit: number, exceptTopics: readonly string[]): Promise<readonly OutboxRow[]> {
    const topics = this.#tables.outbox.topics(exceptTopics);
    const next = this.#tables.outbox.nextDueAt(topics);
    if (next === null || next > now) return [];
    return this.#writer.transaction(() => {
      const due = topics.flatMap((topic) => this.#tables.outbox.claim(topic, now, limit));
      const claims = due.filter((claim) => wake(claim, this.#tables));
      return claims.toSorted((a, b) => a.dueAt - b.dueAt || a.row.id - b.row.id).map((claim) => claim.row);
    });
  }

  outboxSent(rows: readonly SentRow[]): void {
    this.#writer.sent(rows);
  }

  async releaseOutbox(ids: readonly number[], dueAt: number): Promise<void> {
    if (ids.length > 0) this.#writer.transaction(() => this.#tables.outbox.release(ids, dueAt));
  }

  async refuseOutbox(...args: Parameters<Store["refuseOutbox"]>): ReturnType<Store["refuseOutbox"]> {
    return this.#writer.transaction(() => refuseRows(this.#tables, ...args));
  }

  async nextDueAt(exceptTopics: readonly string[]): Promise<number | null> {
    return this.#tables.outbox.nextDueAt(this.#tables.outbox.topics(exceptTopics));
  }

  async flush(): Promise<number | null> {
    const dueAt = this.#writer.sentDueAt;
    if (dueAt !== null && dueAt <= this.#parts.now()) this.#writer.flush();
    return this.#writer.sentDueAt;
  }

  async schedules(): ReturnType<Store["schedules"]> {
    return this.#tables.schedules.all();
  }

  async moveCursors(...[rows, now, setBack = null]: Parameters<Store["moveCursors"]>): Promise<void> {
    if (rows.length === 0 && setBack === null) return;
    this.#writer.transaction(() => {
      for (const row of rows) this.#tables.schedules.put(row, now);
      if (setBack === null) return;
      this.#tables.outbox.setBack(setBack, now);
      this.#tables.delays.setBack(setBack, now);
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

  async redriveDeadLetters(...args: Parameters<Store["redriveDeadLetters"]>): ReturnType<Store["redriveDeadLetters"]> {
    return this.#writer.transaction(() => redriveDeadLetters(this.#tables, ...args));
  }

  async addDeadLetters(deadLetters: readonly DeadLetter[]): Promise<void> {
    const kept = await Promise.all(deadLetters.map(({ payload }) => keptOf(payload)));
    this.#writer.transaction(() =>
      deadLetters.forEach((deadLetter, index) => this.#tables.deadLetters.add(deadLetter, kept[index])),
    );
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
    const { searchIndex, unreadFailures } = this.#tables;
    const hasWork = (): boolean => searchIndex.hasWork() || unreadFailures.hasWork();
    if (!hasWork()) return { taken: 0, isMore: false };
    const indexed = this.#writer.transaction(() => searchIndex.step(max) + unreadFailures.step());
    return { taken: indexed, isMore: hasWork() };
  }

  async useRedactRules(rules: RedactRules): Promise<void> {
    this.#parts.redact.use(rules);
    await this.#parts.reads.useRedactRules(rules);
  }

  onChange(listener: ChangeListener): () => void {
    return this.#tables.changes.onChange(listener);
  }

  health(): StoreHealth {
    return this.#condition.health();
  }

  async watch(): Promise<void> {
    await this.#condition.watch();
    this.#writer.probe();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { integrity } = this.#condition;
    const isStopped = this.#writer.isStopped;
    // A check after a crash that was interrupted, or found damage, is repeated at the next start.
    const isSound = integrity === "checked" || integrity === "clean" || (this.#wasClean && integrity === "checking");
    await this.#condition.stop();
    this.#measurement.stop();
    // A running read would keep the WAL from being truncated.
    await this.#parts.reads.close();
    try {
      if (!isStopped)
        await this.#parts.lock.run(() =>
          this.#leave(isSound, integrity === "checked" || this.#parts.existing === null),
        );
    } finally {
      this.#parts.db.close();
      this.#parts.released();
    }
  }

  #leave(isSound: boolean, isChecked: boolean): void {
    const now = this.#parts.now();
    const { ids, state } = this.#tables;
    this.#writer.transaction(() => {
      releaseAll(this.#tables, now);
      ids.returnUnused();
      if (isChecked) state.markChecked(this.#checks.at ?? now);
      if (isSound) state.markCleanStop(now);
    });
    this.#parts.leave();
  }
}
