import { DomainError } from "../../contract/domain-error.ts";
import type { FinishFilesRequest } from "../../contract/api/file-api.ts";
import { present } from "../../contract/present.ts";
import type { FileEffects, FileState, GatheredFile } from "../../core/decide/decider.ts";
import { NO_EFFECTS } from "../../core/decide/effects.ts";
import { type FileContext, timeOfGatherKey } from "../../core/decide/files/file-task.ts";
import { finishGathered } from "../../core/decide/on-file.ts";
import { isCapped, Slots } from "../../core/decide/slots.ts";
import { taskName } from "../../core/task/task-name.ts";
import type { Phase, WorkflowGraph } from "../../core/workflow/phase.ts";
import { isoOfWall } from "../../core/time/wall-ms.ts";
import { zoneOf } from "../../core/time/zone.ts";
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
  /** Groups that wait when the request did not say which one, or named another: nothing was done. */
  readonly waiting: readonly WaitingFiles[];
}

interface Group {
  readonly phase: Phase;
  readonly gatherKey: string;
  /** When its first file came. */
  readonly since: number;
  /** How many different files have come; null: not counted yet. */
  readonly have: number | null;
}

/** Groups that one turn finishes. */
const TURN = 100;

/** No task can be made of the files that wait. The message says why, and what to do. */
export class GatherError extends DomainError {
  constructor(code: "not_gathering" | "overlap", message: string) {
    super(code === "overlap" ? "conflict" : "not_found", code, message);
  }
}

/** Makes the task of gathered files by hand, with those that have come. */
export async function finishFiles(request: FinishFilesRequest, context: EngineContext): Promise<FilesFinished> {
  const waiting: Group[] = [];
  for (const phase of gatheringPhases(request, context)) waiting.push(...(await groupsOf(phase, context)));
  const { zone } = context.runtime;
  const groups = waiting.filter((group) => isMeant(group, request.at, zone));
  const isAsked = groups.length > 1 && !request.all;
  if (isAsked || groups.length === 0)
    return { finished: [], waiting: (isAsked ? groups : waiting).map((group) => described(group, zone)) };
  const finished: (WaitingFiles & { record_id: number })[] = [];
  for (const group of groups) {
    const decide = decideFinish(group, { finished: "by hand", by: request.by });
    const recordId = await finish(group, context, (files, slots, own) => {
      const free = new Slots(slots);
      if (!free.skips(group.phase)) return decide(files, slots, own);
      const { active } = free.usage(group.phase);
      const { task, workflow } = group.phase;
      const which = `${task} of ${workflow} has overlap = skip, and ${active} of its tasks are unfinished`;
      throw new GatherError("overlap", `${which}: finish its files when they are done`);
    });
    if (recordId !== null) finished.push({ ...described(group, zone), record_id: recordId });
  }
  return { finished, waiting: [] };
}

/** The phases that the request names. */
function gatheringPhases(request: FinishFilesRequest, context: EngineContext): readonly Phase[] {
  const { phases, waitingForFiles } = context.graph();
  const gathering = waitingForFiles.filter(({ rule }) => rule.gather > 1);
  const isNamed = ({ type, job, workflow }: Phase): boolean =>
    type === request.type && job === request.job && (request.workflow === "" || workflow === request.workflow);
  const found = gathering.filter(isNamed);
  if (found.length > 0) return found;
  const name = `${taskName(request)}${request.workflow === "" ? "" : ` of ${request.workflow}`}`;
  const names = [...new Set(gathering.map(taskName))].slice(0, 5);
  const others = names.length === 0 ? "no phase in force does" : `name one of: ${names.join(", ")}`;
  const what = phases.some(isNamed) ? `${name} does not gather files (\`gather\`)` : `there is no phase ${name}`;
  throw new GatherError("not_gathering", `${what}; ${others}`);
}

/** Makes the tasks of gathered files that no further file will make. */
export class GatherTimeouts {
  readonly #context: EngineContext;
  /** Groups of which no task could be made: each is tried, and its alert raised, once a start. */
  readonly #refused = new Set<string>();
  /** Since when groups wait whose first file came at a time that is still to come, because the clock was set back. */
  readonly #ahead = new Map<string, number>();
  /** The workflows whose `gather` the files that wait were compared with. */
  #compared: WorkflowGraph | null = null;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** Those whose `gather_timeout` is over, and after a reload those that are enough now. True when more wait than one turn takes. */
  async expire(): Promise<boolean> {
    const graph = this.#context.graph();
    if (this.#compared !== graph) {
      for (const phase of graph.waitingForFiles) await this.#compare(phase);
      this.#compared = graph;
    }
    const now = this.#context.runtime.now();
    let left = TURN;
    for (const phase of graph.waitingForFiles) {
      const { gather, gatherTimeout, paused } = phase.rule;
      if (gather <= 1 || gatherTimeout === null || paused) continue;
      for (const group of await groupsOf(phase, this.#context)) {
        const key = `${phase.id}|${group.gatherKey}`;
        if (now - this.#since(group, key, now) < gatherTimeout || this.#refused.has(key)) continue;
        if (left === 0) return true;
        left -= 1;
        await this.#finish(group, key);
      }
    }
    return false;
  }

  #since({ since }: Group, key: string, now: number): number {
    if (since > now && !this.#ahead.has(key)) this.#ahead.set(key, now);
    return Math.min(since, this.#ahead.get(key) ?? since);
  }

  async #finish(group: Group, key: string): Promise<void> {
    this.#ahead.delete(key);
    const decide = decideFinish(group, { finished: "gather_timeout" });
    const recordId = await finish(group, this.#context, (files, slots, own) => {
      const effects = decide(files, slots, own);
      if (effects.alerts.length > 0) this.#refused.add(key);
      return effects;
    });
    if (recordId !== null) this.#refused.delete(key);
  }

  /** Files that waited for more than `gather` asks for now; without one each makes a task of its own. */
  async #compare(phase: Phase): Promise<void> {
    const { gather } = phase.rule;
    for (const group of await groupsOf(phase, this.#context)) {
      if (group.have !== null && group.have < gather) continue;
      const decide = decideFinish(group, { finished: "gather was changed" });
      const next = (): Promise<number | null> =>
        finish(group, this.#context, (files, slots, own) => {
          const first = files[0]?.path;
          if (gather <= 1)
            return decide(
              files.filter(({ path }) => path === first),
              slots,
              own,
            );
          return new Set(files.map(({ path }) => path)).size < gather ? NOTHING : decide(files, slots, own);
        });
      if (gather > 1) await next();
      else for (let made = await next(); made !== null;) made = await next();
    }
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
  const time = timeOfGatherKey(gatherKey, phase, zone);
  return time === null ? null : isoOfWall(time, zoneOf(phase.rule.timezone ?? zone));
}

const NOTHING: FileEffects = { ...NO_EFFECTS, matches: [], gatheredBy: [], nearMisses: [] };

type Decide = (files: readonly GatheredFile[], slots: FileState["slots"], context: FileContext) => FileEffects;

function decideFinish({ phase, gatherKey }: Group, why: Readonly<Record<string, unknown>>): Decide {
  return (files, slots, context) => finishGathered({ phase, gatherKey, files }, slots, why, context);
}

async function finish({ phase, gatherKey }: Group, context: EngineContext, decide: Decide): Promise<number | null> {
  const fileContext = fileContextOf(context, context.runtime.now());
  const { outbox, recordIds } = await context.store.finishGathered(
    {
      phaseId: phase.id,
      gatherKey,
      isCapped: isCapped(phase),
      decide: (files, slots) => decide(files, slots, fileContext),
    },
    fileContext.now,
  );
  context.send(outbox);
  return recordIds.length === 0 ? null : present(recordIds[0], "the record of gathered files");
}
