import { type WallMs } from "../../../contract/wall-ms.ts";
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
  JoinState,
  Needs,
  ValidationError,
  SlotState,
  TickDecider,
} from "../../../core/decide/decider.ts";
import type { NewDecision } from "../../../core/decide/effects.ts";
import type { RecordRow } from "../tasks/task-records.ts";
import type { DeadLetters } from "../tasks/dead-letters.ts";
import { ABOUT_NOTHING } from "../tasks/decisions.ts";
import { NO_CAUSE, type Created, type EffectsWriter, type EffectTables } from "./effects-writer.ts";
import type { FinishGathered, RedrivenFile } from "../../file-queries.ts";
import type { PhaseMatch } from "../files/file-rows.ts";
import type { Files } from "../files/files.ts";
import type { Gathered } from "./writer.ts";

interface WrittenFile {
  readonly matches: readonly PhaseMatch[];
  readonly created: readonly Created[];
}

export interface IngestTables extends EffectTables {
  readonly files: Files;
  readonly deadLetters: DeadLetters;
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

  done(message: DoneMessage, decider: DoneDecider, now: number, gathered: Gathered): void {
    const { records, relationships, deadLetters } = this.#tables;
    const found = records.sameTask(message.task, message.created);
    const { record, candidates, firstAttemptId } = decider.match(message, found);
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
    });
    if (effects.deadLetter !== null) {
      const deadLetter = { topic: message.topic, payload: message.payload, ...effects.deadLetter, receivedAt: now };
      effects = decider.nameLetter(effects, deadLetters.add(deadLetter));
    }
    this.#effects.write(effects, { record, fileMessageId: null, info: message.task.info }, now, gathered);
  }

  file(message: FileMessage, decider: FileDecider, now: number, gathered: Gathered): void {
    const { files, decisions, deadLetters } = this.#tables;
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
    const { matches } = this.#writeFile(effects, fileMessageId, message.taskTime, now, gathered);
    const reportedBy = this.#effects.fileLineage.reporterOf(message.event.path);
    files.add(fileMessageId, message, matches, effects.nearMisses, reportedBy);
  }

  /** Redrives a stored event; null when it does not exist. */
  redriveFile(id: number, decider: FileRedecider, now: number, gathered: Gathered): RedrivenFile | null {
    const { files } = this.#tables;
    const stored = files.stored(id);
    if (stored === null) return null;
    const effects = decider.decide(stored.file, this.#fileState(decider.needs(stored.file)));
    const { taskTime } = stored.file.message;
    const { matches, created } = this.#writeFile(effects, id, taskTime, now, gathered);
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
      needs.gathered.map((key) => [`${key.phaseId}|${key.gatherKey}`, files.gathered(key.phaseId, key.gatherKey)]),
    );
    return { slots: this.#slots(needs), gathered };
  }

  /** Makes the task of files that wait for more of them; null when there are none any more. */
  finishGathered(finish: FinishGathered, now: number, gathered: Gathered): Created {
    const { phaseId, gatherKey } = finish;
    const files = this.#tables.files.gathered(phaseId, gatherKey);
    if (files.length === 0) return null;
    const slots = this.#slots({ ancestors: false, joins: [], slots: finish.isCapped ? [phaseId] : [] });
    return this.#writeFile(finish.decide(files, slots), null, null, now, gathered).created[0] ?? null;
  }

  #writeFile(
    effects: FileEffects,
    fileMessageId: number | null,
    eventTime: WallMs | null,
    now: number,
    gathered: Gathered,
  ): WrittenFile {
    const created = this.#effects.write(effects, { record: null, fileMessageId, info: "" }, now, gathered);
    const taskOf = (phaseId: number): number | null =>
      created[effects.tasks.findIndex((task) => task.phaseId === phaseId)] ?? null;
    for (const redriven of effects.gatheredBy) {
      const recordId = taskOf(redriven.phaseId);
      if (recordId !== null) this.#tables.files.claim(redriven.matchIds, recordId);
    }
    for (const { phaseId, paths } of effects.sources) {
      const recordId = taskOf(phaseId);
      if (recordId !== null) this.#effects.fileLineage.made(recordId, phaseId, paths);
    }
    const matches = effects.matches.map(({ phaseId, taskTime = eventTime, gatherKey }) => {
      const recordId = taskOf(phaseId);
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

  skip(missed: NewDecision, now: number): void {
    this.#tables.decisions.add(missed, ABOUT_NOTHING, now);
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
