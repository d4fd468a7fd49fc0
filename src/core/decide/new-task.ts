import type { WallMs } from "../../contract/time/wall-ms.ts";
import { secondsText } from "../../contract/time/instant.ts";
import type { Phase } from "../workflow/phase.ts";
import type { DecisionCode, FileList, NewTask, Relation, TaskOrigin } from "./effects.ts";
import { NO_JOINS, type JoinMembership } from "./joins/join-key.ts";
import { isCapped } from "./slots.ts";

/** The fields of one task; the rest comes from its phase. Fields left out are those of a first attempt of a root. */
export interface TaskDraft {
  readonly origin: TaskOrigin;
  readonly type: string;
  readonly job: string;
  readonly id: string;
  readonly info: string;
  readonly meta: string;
  readonly taskTime: WallMs | null;
  /** When it may be sent; a retry waits until then. */
  readonly dueAt: number;
  /** It waits for a slot of its phase. */
  readonly held?: boolean;
  readonly attempt?: number;
  readonly firstAttemptId?: number | null;
  readonly scheduledAt?: number;
  readonly position?: number;
  readonly relation?: Relation;
  readonly joins?: readonly JoinMembership[];
  readonly fileList?: FileList;
  readonly code: DecisionCode;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A task to send. `phase`: null when no phase makes it. `taskTtl`: how long it may take when its phase does not say. */
export function newTask(draft: TaskDraft, phase: Phase | null, taskTtl: number): NewTask {
  const { taskTime, dueAt, held = false, attempt = 0 } = draft;
  const phaseId = phase?.id ?? 0;
  return {
    message: {
      type: draft.type,
      job: draft.job,
      info: draft.info,
      created: secondsText(dueAt),
      id: draft.id,
      meta: draft.meta,
      result: "",
      msg: "",
      started: "",
      ended: "",
    },
    origin: draft.origin,
    state: held || attempt > 0 ? "waiting" : "queued",
    dueAt,
    held,
    attempt,
    firstAttemptId: draft.firstAttemptId ?? null,
    taskTime,
    phaseId,
    versionId: phase?.versionId ?? 0,
    scheduledAt: draft.scheduledAt ?? null,
    position: draft.position ?? 0,
    deadlineAt: dueAt + (phase?.rule.timeout ?? taskTtl),
    holdsSlot: phase !== null && isCapped(phase),
    relation: draft.relation ?? null,
    joins: draft.joins ?? NO_JOINS,
    ...(draft.fileList === undefined ? {} : { fileList: draft.fileList }),
    decision: { code: draft.code, phaseId, taskTime, data: draft.data },
  };
}
