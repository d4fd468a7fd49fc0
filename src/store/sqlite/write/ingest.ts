import { present } from "../../../contract/present.ts";
import { type WallMs } from "../../../contract/time/wall-ms.ts";
import type {
  DoneDecider,
  DoneMessage,
  DueTick,
  FileDecider,
  FileEffects,
  FileMessage,
  FileNeeds,
  FileRedecider,
  FileState,
  JoinNeed,
  JoinReviewer,
  JoinState,
  MatchedRecord,
  Needs,
  ValidationError,
  SlotState,
  TickDecider,
} from "../../../core/decide/decider.ts";
import type { Effects, NewDecision } from "../../../core/decide/effects.ts";
import { messageOf, type RecordRow } from "../tasks/task-records.ts";
import type { TaskReports } from "../tasks/task-reports.ts";
import type { DeadLetters } from "../tasks/dead-letters.ts";
import { ABOUT_NOTHING } from "../tasks/decisions.ts";
import { NO_CAUSE, type Created, type EffectsWriter, type EffectTables } from "./effects-writer.ts";
import type { FinishGathered, RedrivenFile } from "../../file-queries.ts";
import type { PhaseMatch } from "../files/file-rows.ts";
import type { Files } from "../files/files.ts";
import type { DeletedMark } from "../retention/deleted-mark.ts";
import type { Gathered } from "./writer.ts";

/** A join that knows the task names its instance itself. */
function needOf(phaseId: number, member: string): JoinNeed {
  return { phaseId, membership: { joinId: phaseId, member, ancestorId: null, from: "root", rootKey: "" } };
}

interface WrittenFile {
  readonly matches: readonly PhaseMatch[];
  readonly created: readonly Created[];
}

interface DecidedEvent {
  readonly id: number | null;
  readonly taskTime: WallMs | null;
  /** The record that reported its path. */
  readonly reportedBy: number | null;
}

const NO_EVENT: DecidedEvent = { id: null, taskTime: null, reportedBy: null };

export interface IngestTables extends EffectTables {
  readonly reports: TaskReports;
  readonly files: Files;
  readonly deadLetters: DeadLetters;
  readonly deletedMark: DeletedMark;
}

const NO_SLOTS: ReadonlyMap<number, SlotState> = new Map();
const NO_JOINS: ReadonlyMap<number, JoinState> = new Map();
/** Deeper than any chain of phases; a circular run is stopped long before. */
const MAX_ANCESTORS = 1000;

/** Handles one message or tick: read what its decision needs, decide, write. Inside the transaction of its group. */
export class Ingest {
  readonly #tables: IngestTables;
  readonly #effects: EffectsWriter;

  constructor(tables: IngestTables, effects: EffectsWriter) {
    this.#tables = tables;
    this.#effects = effects;
  }

  done(received: DoneMessage, decider: DoneDecider, now: number, gathered: Gathered): void {
    gathered.hold = received.reread === true;
    const { message, found } = this.#answered(received, decider);
    const matched = decider.match(message, found);
    if (message.report !== undefined && message.report !== null) this.#running(message, matched, decider, now);
    else this.#answer(message, matched, decider, now, gathered);
  }

  /** A result of this very record. */
  answer(message: DoneMessage, record: RecordRow, decider: DoneDecider, now: number, gathered: Gathered): void {
    const { firstAttemptId } = record;
    this.#answer(message, { record, candidates: [record], firstAttemptId }, decider, now, gathered);
  }

  #answer(
    message: DoneMessage,
    { record, candidates, firstAttemptId }: MatchedRecord<RecordRow>,
    decider: DoneDecider,
    now: number,
    gathered: Gathered,
  ): void {
    const { records, relationships, deadLetters } = this.#tables;
    const retry = record === null ? null : records.laterAttempt(record.firstAttemptId, record.attempt);
    const needs = decider.needs(message, record, retry);
    let effects = decider.decide(message, {
      record,
      candidates,
      retry,
      childrenStarted:
        needs.children &&
        firstAttemptId !== null &&
        relationships.childrenStarted(firstAttemptId, needs.startedByFailure),
      ancestors: needs.ancestors && record !== null ? records.ancestors(record.recordId, MAX_ANCESTORS) : [],
      slots: this.#slots(needs),
      joins: this.#joins(needs, message, record),
      deletedThrough: this.#tables.deletedMark.through,
    });
    if (effects.deadLetter !== null) {
      const deadLetter = { topic: message.topic, payload: message.payload, ...effects.deadLetter, receivedAt: now };
      effects = decider.nameLetter(effects, deadLetters.add(deadLetter));
    }
    this.#effects.write(effects, { record, fileMessageId: null, info: message.task.info }, now, gathered);
  }

  /** Its worker says that the task goes on. Nothing is written for one that does not run, or more than once a second. */
  #running(message: DoneMessage, matched: MatchedRecord<RecordRow>, decider: DoneDecider, now: number): void {
    const { decisions, reports, sentMarks } = this.#tables;
    const effects = decider.report?.(message, matched, (recordId) => reports.of(recordId)) ?? null;
    if (effects === null) return;
    const { recordId } = effects;
    sentMarks.delete(recordId);
    this.#tables.held.messages.settle(recordId);
    if (effects.report.requeued) reports.lose(recordId);
    else reports.put(effects, now);
    const about = { recordId, fileMessageId: null };
    for (const decision of effects.decisions) decisions.add(decision, about, now);
  }

  /**
   * The records that may be answered: by the name of the message, by the one that its meta or type gives, or, where the
   * worker dropped the job, by that of the task as it was sent.
   */
  #answered(message: DoneMessage, decider: DoneDecider): { message: DoneMessage; found: readonly RecordRow[] } {
    const { task, created } = message;
    const { records } = this.#tables;
    const found = records.sameTask(task, created);
    if (found.length > 0) return { message, found };
    const held = message.reread === true ? this.#tables.held.messages.ofTask(task) : [];
    if (held.length > 0) return { message, found: held.flatMap((id) => records.byId(id) ?? []) };
    const name = decider.nameOnRecord?.(message) ?? null;
    if (name !== null) return { message, found: records.sameTask({ ...task, ...name }, created) };
    if (task.job !== "" || created === null || task.id === "") return { message, found };
    const sent = records.withoutJob(task, created);
    const [first] = sent;
    return first === undefined
      ? { message, found }
      : { message: { ...message, task: { ...task, job: first.job } }, found: sent };
  }

  /**
   * Cancels an unfinished task; the joins that wait for it are decided as after a failure for good. Returns the tasks that they
   * started, null when it was not unfinished.
   */
  cancel(
    recordId: number,
    why: NewDecision,
    reviewer: JoinReviewer,
    now: number,
    gathered: Gathered,
  ): readonly Created[] | null {
    const record = this.#tables.records.byId(recordId);
    if (record === null || record.state === "finished" || record.state === "cancelled") return null;
    const open = this.#tables.joins.ofTask(record.firstAttemptId).filter((one) => one.state === "open");
    const needs = open.map((one) => needOf(one.phaseId, one.member));
    const effects = this.#reviewed(record, needs, "failed", reviewer);
    const cause = { record, fileMessageId: null, info: effects.info };
    return this.#effects.write(
      { ...effects, decisions: [why, ...effects.decisions], cancel: [recordId] },
      cause,
      now,
      gathered,
    );
  }

  /** Decides an instance of a join once more, by one of its tasks that has a result. */
  reviewJoin(phaseId: number, recordId: number, reviewer: JoinReviewer, now: number, gathered: Gathered): void {
    const record = this.#tables.records.byId(recordId);
    const known =
      record === null
        ? undefined
        : this.#tables.joins.ofTask(record.firstAttemptId).find((one) => one.phaseId === phaseId);
    if (record === null || known === undefined || known.state === "open") return;
    gathered.hold = this.#tables.held.holdsTask(recordId);
    const effects = this.#reviewed(record, [needOf(phaseId, known.member)], known.state, reviewer);
    if (effects.tasks.length + effects.decisions.length + effects.alerts.length === 0) return;
    this.#effects.write(effects, { record, fileMessageId: null, info: effects.info }, now, gathered);
  }

  /** `info`: that of the task. */
  #reviewed(
    record: RecordRow,
    joins: readonly JoinNeed[],
    own: "complete" | "failed",
    reviewer: JoinReviewer,
  ): Effects & { readonly info: string } {
    const row = present(this.#tables.records.messageRow(record.recordId), `record ${record.recordId}`);
    const message = reviewer.read(messageOf(row), row.taskTime);
    const needs = reviewer.needs(joins, record);
    const state = {
      record,
      candidates: [],
      retry: null,
      childrenStarted: false,
      ancestors: needs.ancestors ? this.#tables.records.ancestors(record.recordId, MAX_ANCESTORS) : [],
      slots: this.#slots(needs),
      joins: this.#joins(needs, message, record),
    };
    return { ...reviewer.decide(message, joins, own, state), info: row.info };
  }

  file(message: FileMessage, decider: FileDecider, now: number, gathered: Gathered): void {
    const { files, decisions, deadLetters } = this.#tables;
    gathered.hold = message.reread === true;
    const delivery = decider.delivery(message);
    const known = delivery === null ? null : files.repeat(delivery, message.receivedAt);
    if (known !== null) {
      decisions.add(decider.repeated(message), { recordId: null, fileMessageId: known }, now);
      return;
    }
    const effects = decider.decide(message, this.#fileState(decider.needs(message)));
    const fileMessageId = files.nextId();
    if (effects.deadLetter !== null) {
      deadLetters.add({
        topic: message.topic,
        payload: message.payload,
        ...effects.deadLetter,
        receivedAt: message.receivedAt,
      });
    }
    const reportedBy = this.#effects.fileLineage.reporterOf(message.event.path);
    const event = { id: fileMessageId, taskTime: message.taskTime, reportedBy };
    const { matches } = this.#writeFile(effects, event, now, gathered);
    files.add(fileMessageId, message, matches, effects.nearMisses, reportedBy);
  }

  /** Redrives a stored event; null when it does not exist. */
  redriveFile(id: number, decider: FileRedecider, now: number, gathered: Gathered): RedrivenFile | null {
    const { files } = this.#tables;
    const stored = files.stored(id);
    if (stored === null) return null;
    const effects = decider.decide(stored.file, this.#fileState(decider.needs(stored.file)));
    const event = { id, taskTime: stored.file.message.taskTime, reportedBy: stored.reportedBy };
    const { matches, created } = this.#writeFile(effects, event, now, gathered);
    files.change(stored, matches, effects.nearMisses);
    const { path } = stored.file.message.event;
    const tasks = effects.tasks.flatMap(({ message: { type, job, info } }, index) => {
      const recordId = created[index] ?? null;
      return recordId === null ? [] : [{ record_id: recordId, type, job, info }];
    });
    return { id, path, ...decider.count(effects), error: null, tasks };
  }

  #fileState(needs: FileNeeds): FileState {
    const { files } = this.#tables;
    const gathered: FileState["gathered"] = new Map(
      needs.gathered.map((need) => [`${need.phaseId}|${need.gatherKey}`, files.gatheredState(need)]),
    );
    return { slots: this.#slots(needs), gathered };
  }

  /** Makes the task of files that wait for more of them; null when there are none any more. */
  finishGathered(finish: FinishGathered, now: number, gathered: Gathered): Created {
    const { phaseId, gatherKey } = finish;
    const files = this.#tables.files.gathered(phaseId, gatherKey);
    if (files.length === 0) return null;
    gathered.hold = files.some(({ matchId }) => this.#tables.held.holdsMatch(matchId));
    const slots = this.#slots({ ancestors: false, joins: [], slots: finish.isCapped ? [phaseId] : [] });
    return this.#writeFile(finish.decide(files, slots), NO_EVENT, now, gathered).created[0] ?? null;
  }

  #writeFile(effects: FileEffects, event: DecidedEvent, now: number, gathered: Gathered): WrittenFile {
    const created = this.#effects.write(effects, { record: null, fileMessageId: event.id, info: "" }, now, gathered);
    const taskOf = (phaseId: number): number | null =>
      created[effects.tasks.findIndex((task) => task.phaseId === phaseId)] ?? null;
    const { fileLineage } = this.#effects;
    for (const used of effects.gatheredBy) {
      const { phaseId, matchIds } = used;
      const recordId = taskOf(phaseId);
      if (recordId === null) continue;
      for (const reporter of this.#tables.files.reportersOf(matchIds)) fileLineage.made(recordId, phaseId, reporter);
      this.#tables.files.claim(used, recordId);
    }
    const matches = effects.matches.map(({ phaseId, taskTime = event.taskTime, gatherKey }) => {
      const recordId = taskOf(phaseId);
      if (recordId !== null && event.reportedBy !== null) fileLineage.made(recordId, phaseId, event.reportedBy);
      return { phaseId, taskTime, gatherKey, recordId, tasks: recordId === null ? 0 : 1 };
    });
    return { matches, created };
  }

  tick(tick: DueTick, decider: TickDecider, now: number, gathered: Gathered): void {
    const effects = decider.decide(tick, { slots: this.#slots(decider.needs(tick)) });
    this.#effects.write(effects, NO_CAUSE, now, gathered);
  }

  /** Stores a bad message as a dead letter, with the reason. */
  refuse(
    { topic, payload }: { readonly topic: string; readonly payload: string },
    why: ValidationError,
    now: number,
  ): void {
    this.#tables.deadLetters.add({ topic, payload, ...why, receivedAt: now });
  }

  skip({ alerts, decisions }: Pick<Effects, "alerts" | "decisions">, now: number): void {
    for (const alert of alerts) this.#tables.alerts.raise(alert, ABOUT_NOTHING, now);
    for (const decision of decisions) this.#tables.decisions.add(decision, ABOUT_NOTHING, now);
  }

  #slots(needs: Needs): ReadonlyMap<number, SlotState> {
    if (needs.slots.length === 0) return NO_SLOTS;
    return new Map(needs.slots.map((phaseId) => [phaseId, this.#tables.records.slots(phaseId)]));
  }

  #joins(needs: Needs, message: DoneMessage, record: RecordRow | null): ReadonlyMap<number, JoinState> {
    if (needs.joins.length === 0) return NO_JOINS;
    return new Map(needs.joins.map((need) => [need.phaseId, this.#tables.joins.state(need, message, record)]));
  }
}
