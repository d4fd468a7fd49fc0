import type { TaskMessage } from "../../../contract/task-message.ts";
import type { WallMs } from "../../../contract/time/wall-ms.ts";
import { parseMeta } from "../../task/meta.ts";
import type { DoneDecider, DoneMessage, DoneState } from "../decider.ts";
import { quotedText } from "../decision-data.ts";
import type { Effects, StoredTask } from "../effects.ts";

/** What a person can say of a task: as its worker would, or that it need not be done. */
export const MARKS = ["complete", "error", "skipped"] as const;
export type MarkResult = (typeof MARKS)[number];

/** A skipped task starts nothing, and holds no join: for joins it is done, without a result. */
export function isSkip({ task, byHand }: DoneMessage): boolean {
  return byHand !== undefined && task.result === "skipped";
}

/** A record in one word: its result, or its state while it has none. */
export function wasOf({ state, result }: StoredTask): string {
  return state === "finished" && result !== "" ? result : state;
}

/** The effects of a result that a person gave, with the decision that says who and why. */
export function withMark(effects: Effects, message: DoneMessage, { record }: DoneState): Effects {
  const { byHand, task, taskTime } = message;
  if (byHand === undefined || record === null) return effects;
  const data = { result: task.result, was: wasOf(record), by: byHand.by, reason: quotedText(byHand.reason) };
  const mark = { code: "marked_by_hand", phaseId: record.phaseId, taskTime, data } as const;
  return { ...effects, decisions: [mark, ...effects.decisions] };
}

export interface Mark {
  readonly result: MarkResult;
  readonly by: string;
  readonly reason: string;
}

/** Decides results that a person gives. */
export interface Marker {
  /** Why the task cannot be given the result, as a sentence; null: it can. */
  refusal(latest: StoredTask): string | null;
  /** What its worker would have said; `task` is the record as it was sent, or with what its worker reported. */
  read(task: TaskMessage, taskTime: WallMs | null, latest: MarkedTask): DoneMessage;
  readonly decider: DoneDecider;
}

export interface MarkedTask extends StoredTask {
  /** As its worker reported, ms since 1970. */
  readonly started: number | null;
  readonly ended: number | null;
}

export function marker({ result, by, reason }: Mark, decider: DoneDecider): Marker {
  return {
    decider,
    refusal: ({ state, result: known, closed }) => {
      if (state !== "finished" || known !== "complete") return null;
      // It may have completed after a person had cancelled it: then nothing has started yet.
      if (closed && result === "complete") return null;
      return "it is complete, and what follows from it has started";
    },
    read: (sent, taskTime, { attempt, created, started, ended }) => {
      const task = { ...sent, result, msg: reason, started: timeText(started), ended: timeText(ended) };
      const meta = parseMeta(task.meta);
      return { task, meta, attempt, taskTime, created, payload: "", topic: "", byHand: { by, reason } };
    },
  };
}

function timeText(ms: number | null): string {
  return ms === null ? "" : new Date(ms).toISOString();
}
