import { DomainError, type ErrorKind } from "../../contract/domain-error.ts";
import { dayNumber, dayText, type NamedTarget, type NoteTarget } from "../../contract/note-target.ts";
import { taskName } from "../../core/task/task-name.ts";
import { dateOf, daysOf } from "../../core/time/civil-date.ts";
import { wallTime } from "../../core/time/zone.ts";
import { ambiguity, findPhases, whyNoPhase } from "../../core/why/find-phase.ts";
import { clipped, named as quotable } from "../../core/why/phrases.ts";
import type { WorkflowGraph } from "../../core/workflow/phase.ts";
import type { NoteAbout } from "../../store/notes.ts";
import type { ReadStore } from "../../store/store.ts";

const KINDS = {
  unknown_target: "not_found",
  unknown_note: "not_found",
  ambiguous_target: "invalid",
  bad_note: "invalid",
  too_many_notes: "conflict",
} as const satisfies Record<string, ErrorKind>;

/** The note cannot be written or removed; the message says what there is. */
export class NoteError extends DomainError {
  constructor(code: keyof typeof KINDS, message: string) {
    super(KINDS[code], code, message);
  }
}

/** One thing that notes are about. */
export interface FoundTarget {
  readonly target: NoteTarget;
  readonly id: number;
  /** As people name it: `record 1204`, `alert 12`, `load:daily of sales.toml`, `2026-11-30`. */
  readonly label: string;
  readonly about: NoteAbout;
  /** 0: no phase. */
  readonly phaseId: number;
}

export interface TargetParts {
  readonly reads: Pick<ReadStore, "taskHistory" | "files" | "alerts" | "lineage" | "views">;
  readonly graph: WorkflowGraph;
  readonly now: number;
  /** The zone of days. */
  readonly zone: string;
}

const NOTHING: NoteAbout = { recordId: null, fileMessageId: null };

/** What a person named. Throws NoteError. */
export function findTarget(named: NamedTarget, parts: TargetParts): Promise<FoundTarget> {
  return FINDERS[named.kind](named, parts);
}

type Finder = (named: NamedTarget, parts: TargetParts) => Promise<FoundTarget>;

const FINDERS: Readonly<Record<NoteTarget, Finder>> = {
  task: async ({ key }, { reads }) => {
    const histories = await reads.taskHistory(key);
    const newest = histories.at(-1)?.task;
    if (newest === undefined)
      throw new NoteError(
        "unknown_target",
        `no task has the record number or run id ${quotable(key)}; flowlord tasks lists the newest ones`,
      );
    // A task that was retried with its children has a new first attempt since, and is one task all the same.
    const firsts = await reads.views.firstAttempts(histories.map(({ task }) => task.record_id));
    const tasks = new Map(histories.map(({ task }, at) => [firsts[at] ?? task.first_attempt_id, task]));
    if (tasks.size > 1) {
      const some = [...tasks.values()].map((task) => `${taskName(task)} (record ${task.record_id})`);
      throw new NoteError(
        "ambiguous_target",
        `run ${quotable(key)} has ${tasks.size} tasks, ${clipped(some, 5)}: name one by the number of its record`,
      );
    }
    const { record_id: recordId, first_attempt_id: id } = newest;
    const label = `${taskName(newest)}, record ${recordId}`;
    return { target: "task", id, label, about: { ...NOTHING, recordId }, phaseId: 0 };
  },
  file: async ({ key }, { reads }) => {
    const id = idOf(key);
    const found = id === null ? null : await reads.files.show(id);
    if (found === null)
      throw new NoteError(
        "unknown_target",
        `no file event has the id ${quotable(key)}; flowlord files list shows them`,
      );
    const { id: fileMessageId, path } = found.event;
    const label = `file ${fileMessageId}, ${path}`;
    return { target: "file", id: fileMessageId, label, about: { ...NOTHING, fileMessageId }, phaseId: 0 };
  },
  alert: async ({ key }, { reads }) => {
    const id = idOf(key);
    const found = id === null ? null : await reads.alerts.one(id);
    if (found === null)
      throw new NoteError(
        "unknown_target",
        `no alert has the id ${quotable(key)}; flowlord alerts list --state all shows them`,
      );
    return { target: "alert", id: found.alert.id, label: `alert ${found.alert.id}`, about: NOTHING, phaseId: 0 };
  },
  phase: async ({ key, workflow }, { reads, graph, zone }) => {
    const [type = "", ...job] = key.split(":");
    const query = { type, job: job.length === 0 ? null : job.join(":"), workflow };
    const found = findPhases(query, graph);
    const [several] = ambiguity(query, found);
    if (several !== undefined) throw new NoteError("ambiguous_target", `${several.sentence} with --workflow`);
    // A file may have the same phase more than once: the first of them has the notes.
    const [phase] = found;
    if (phase === undefined) {
      const [unknown] = whyNoPhase(query, graph, await reads.lineage.workflows(), zone);
      throw new NoteError("unknown_target", unknown?.sentence ?? "no such phase is in force");
    }
    const label = `${phase.task} of ${phase.workflow}`;
    return { target: "phase", id: phase.id, label, about: NOTHING, phaseId: phase.id };
  },
  day: async ({ key }, { now, zone }) => {
    const id = DAYS_AGO.has(key) ? dayAt(now, zone, DAYS_AGO.get(key)) : dayNumber(key);
    if (id === null)
      throw new NoteError(
        "unknown_target",
        `${quotable(key)} is not a day; write it as in 2026-11-30, today or yesterday`,
      );
    return { target: "day", id, label: dayText(id), about: NOTHING, phaseId: 0 };
  },
};

const DAYS_AGO: ReadonlyMap<string, number> = new Map([
  ["today", 0],
  ["yesterday", 1],
]);

/** The day by the clock of the zone, so many days ago. */
function dayAt(now: number, zone: string, ago = 0): number {
  const { year, month, day } = wallTime(now, zone);
  const date = dateOf(daysOf(year, month, day) - ago);
  return date.year * 10_000 + date.month * 100 + date.day;
}

function idOf(text: string): number | null {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
