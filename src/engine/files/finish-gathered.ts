import type { FinishFilesRequest } from "../../contract/api/file-api.ts";
import { present } from "../../contract/present.ts";
import { timeOfGatherKey } from "../../core/decide/files/file-task.ts";
import { finishGathered } from "../../core/decide/on-file.ts";
import { isCapped } from "../../core/decide/slots.ts";
import { isoOfWall } from "../../core/time/wall-ms.ts";
import { zoneOf } from "../../core/time/zone.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { EngineContext } from "../context.ts";
import { fileContextOf } from "./file-context.ts";

/** Files of one task time that a phase gathers, and that are not enough yet. */
export interface WaitingFiles {
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
  /** RFC 3339 with the offset of the phase's zone; null: the files have no task time. */
  readonly task_time: string | null;
}

export interface FilesFinished {
  /** Made of the files that had come. */
  readonly finished: readonly (WaitingFiles & { readonly record_id: number })[];
  /** Several groups wait and the request did not say which one: nothing was done. */
  readonly waiting: readonly WaitingFiles[];
}

interface Group {
  readonly phase: Phase;
  readonly gatherKey: string;
  /** When its first file came. */
  readonly since: number;
}

/** Groups that one turn finishes. */
const TURN = 100;

/** Makes the task of gathered files by hand, with those that have come. */
export async function finishFiles(request: FinishFilesRequest, context: EngineContext): Promise<FilesFinished> {
  const { zone } = context.runtime;
  const groups: Group[] = [];
  for (const phase of context.graph().waitingForFiles) {
    if (phase.type !== request.type || phase.job !== request.job || phase.rule.gather <= 1) continue;
    if (request.workflow !== "" && phase.workflow !== request.workflow) continue;
    for (const group of await groupsOf(phase, context)) if (isMeant(group, request.at, zone)) groups.push(group);
  }
  if (groups.length > 1 && !request.all)
    return { finished: [], waiting: groups.map((group) => described(group, zone)) };
  const finished: (WaitingFiles & { record_id: number })[] = [];
  for (const group of groups) {
    const recordId = await finish(group, { finished: "by hand", by: request.by }, context);
    if (recordId !== null) finished.push({ ...described(group, zone), record_id: recordId });
  }
  return { finished, waiting: [] };
}

/** Makes the tasks whose `gather_timeout` is over. */
export class GatherTimeouts {
  readonly #context: EngineContext;
  /** Groups of which no task could be made: each is tried, and its alert raised, once a start. */
  readonly #refused = new Set<string>();

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** Returns true when more wait than one turn takes. */
  async expire(): Promise<boolean> {
    const now = this.#context.runtime.now();
    let left = TURN;
    for (const phase of this.#context.graph().waitingForFiles) {
      const { gather, gatherTimeout, paused } = phase.rule;
      if (gather <= 1 || gatherTimeout === null || paused) continue;
      for (const group of await groupsOf(phase, this.#context)) {
        const key = `${phase.id}|${group.gatherKey}`;
        if (now - group.since < gatherTimeout || this.#refused.has(key)) continue;
        if (left === 0) return true;
        left -= 1;
        const recordId = await finish(group, { finished: "gather_timeout" }, this.#context);
        if (recordId === null) this.#refused.add(key);
      }
    }
    return false;
  }
}

async function groupsOf(phase: Phase, { store }: EngineContext): Promise<readonly Group[]> {
  return (await store.gathering(phase.id)).map((row) => ({ phase, ...row }));
}

/**
 * `at` is the beginning of the task time as the clock of the phase's zone shows it, or that time with its offset: a day means all
 * groups of that day. `zone` is that of phases that name none.
 */
function isMeant(group: Group, at: string | null, zone: string): boolean {
  if (at === null) return true;
  const time = timeOf(group, zone);
  return time === null ? at === "none" : time.startsWith(at);
}

function described(group: Group, zone: string): WaitingFiles {
  const { type, job, workflow } = group.phase;
  return { type, job, workflow, task_time: timeOf(group, zone) };
}

function timeOf({ phase, gatherKey }: Group, zone: string): string | null {
  const time = timeOfGatherKey(gatherKey);
  return time === null ? null : isoOfWall(time, zoneOf(phase.rule.timezone ?? zone));
}

async function finish(
  { phase, gatherKey }: Group,
  why: Readonly<Record<string, unknown>>,
  context: EngineContext,
): Promise<number | null> {
  const fileContext = fileContextOf(context, context.runtime.now());
  const { outbox, recordIds } = await context.store.finishGathered(
    {
      phaseId: phase.id,
      gatherKey,
      isCapped: isCapped(phase),
      decide: (files, slots) => finishGathered({ phase, gatherKey, files }, slots, why, fileContext),
    },
    fileContext.now,
  );
  context.send(outbox);
  return recordIds.length === 0 ? null : present(recordIds[0], "the record of gathered files");
}
