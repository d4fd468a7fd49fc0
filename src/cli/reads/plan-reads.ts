import type { WallMs } from "../../contract/time/wall-ms.ts";
import type { NamedTarget } from "../../contract/note-target.ts";
import type { Link } from "../../core/task/task-links.ts";
import type { WhyNot } from "../../core/why/why-not.ts";
import type { PhaseAbout } from "../../core/workflow/phase.ts";
import type { NoteRow } from "../../store/notes.ts";

/** A coming tick, with the tasks that it would create now. */
export interface ShownTick {
  readonly workflow: string;
  readonly type: string;
  readonly job: string;
  readonly about: PhaseAbout;
  /** Of its schedule. */
  readonly zone: string | null;
  readonly at: number;
  readonly taskTime: WallMs | null;
  readonly info: string;
  /** Null: more than an instance elsewhere counts. */
  readonly tasks: number | null;
  /** Why there is no task; empty when there is one. */
  readonly reason: string;
  /** What holds its phase; null: nothing does. */
  readonly held: TickHold | null;
  readonly links: readonly Link[];
  readonly notes: readonly NoteRow[];
}

/** By a person, or (null) by its file. */
export interface TickHold {
  readonly until: number | null;
  readonly by: string | null;
  readonly reason: string;
}

export interface ShownSchedule {
  readonly ticks: readonly ShownTick[];
  /** Of all schedules. */
  readonly zones: readonly string[];
  /** Files that are left out because of their errors. */
  readonly rejected: readonly string[];
  /** What else is not shown, in sentences. */
  readonly problems: readonly string[];
}

export interface AskedPhase {
  readonly type: string;
  readonly job: string | null;
  readonly workflow: string | null;
  /** The task time, as it is written. */
  readonly at: string;
}

export interface ShownWhyNot {
  readonly answer: WhyNot;
  readonly phaseNotes: readonly NoteRow[];
  readonly dayNotes: readonly NoteRow[];
}

export interface PlanReads {
  /** `path`: workflow files other than the configured ones. */
  schedule(path: string | null, count: number): Promise<ShownSchedule>;
  whyNot(asked: AskedPhase): Promise<readonly ShownWhyNot[]>;
  /** The notes of what a person named, and what that is called. */
  notesOn(target: NamedTarget): Promise<{ readonly target: string; readonly notes: readonly NoteRow[] }>;
}
