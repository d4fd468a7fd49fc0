import { DomainError, type ErrorKind } from "../../contract/domain-error.ts";
import type { NewDecision } from "../../core/decide/effects.ts";
import { instantText } from "../../core/why/phrases.ts";
import type { Phase, WorkflowGraph } from "../../core/workflow/phase.ts";
import type { Pause } from "../../store/pauses.ts";
import type { EngineContext } from "../context.ts";
import { SWAP_MS } from "../../contract/time/time-units.ts";
import { cancelTasks } from "../joins/cancel-tasks.ts";
import { namedPhases, type PhaseName } from "../workflows/named-phases.ts";

/** Which phases; without a type and an id all of them, also those that come later. */
export interface PauseScope extends Omit<PhaseName, "type"> {
  readonly type: string | null;
}

export interface PauseRequest extends PauseScope {
  /** Milliseconds since 1970; null: until it is resumed. */
  readonly until: number | null;
  readonly by: string;
  readonly reason: string;
}

export interface ResumeRequest extends PauseScope {
  /** Cancel what files and parents asked for meanwhile. */
  readonly drop: boolean;
  readonly by: string;
  /** Empty: not said. */
  readonly reason: string;
}

/** One phase, or (phase 0, without names) all of them. */
export interface PausedScope {
  readonly phase_id: number;
  readonly task: string;
  readonly workflow: string;
}

const KINDS = {
  past_time: "invalid",
  not_paused: "conflict",
} as const satisfies Record<string, ErrorKind>;

/** The request cannot be done as it is; the message says what to do. */
export class PauseError extends DomainError {
  constructor(code: keyof typeof KINDS, message: string) {
    super(KINDS[code], code, message);
  }
}

/** Pauses that people ask for. Each promise resolves when the change is committed and in force. */
export interface PauseControl {
  /** A phase that is paused already keeps its beginning, and gets the new end and reason. Throws PauseError, PhaseNameError. */
  pause(request: PauseRequest): Promise<readonly PausedScope[]>;
  /** Throws PauseError, PhaseNameError. */
  resume(request: ResumeRequest): Promise<Resumed>;
}

export interface Resumed {
  readonly resumed: readonly PausedScope[];
  /** How many tasks `drop` cancelled. */
  readonly dropped: number;
  /** Those of `resumed` that something else holds: a pause of all phases, or `paused` in the file. */
  readonly still_paused: readonly (PausedScope & { readonly because: string })[];
}

const ALL: PausedScope = { phase_id: 0, task: "", workflow: "" };

/** `changed` puts pauses that began or ended in force, before the answer. */
export function pauseControl(context: EngineContext, changed: () => Promise<void>): PauseControl {
  return {
    pause: async (request) => {
      const scopes = await scopesOf(request, context);
      const { until, by, reason } = request;
      const now = context.runtime.now();
      if (until !== null && until <= now)
        throw new PauseError(
          "past_time",
          `the pause would end at ${instantText(until, context.runtime.zone)}, which is over; name a later time`,
        );
      const data = { by, reason, ...(until === null ? {} : { until }) };
      const begun = scopes.map(({ phase_id: phaseId }) => {
        const decision: NewDecision = { code: "phase_paused", phaseId, taskTime: null, data };
        return { phaseId, until, by, reason, decision };
      });
      await context.store.pauses.begin(begun, now);
      await changed();
      return scopes;
    },
    resume: async (request) => {
      const answer = await resume(request, context);
      await changed();
      return answer;
    },
  };
}

async function resume(request: ResumeRequest, context: EngineContext): Promise<Resumed> {
  const { store } = context;
  const scopes = await scopesOf(request, context);
  const pauses = await store.pauses.inForce();
  const paused = scopes.flatMap((scope) => {
    const pause = pauses.find(({ phaseId }) => phaseId === scope.phase_id);
    return pause === undefined ? [] : [{ scope, pause }];
  });
  if (paused.length === 0) throw notPaused(scopes, pauses, context.graph());
  // Before the end: what comes meanwhile is kept, and dropped too.
  const dropped = request.drop ? await drop(paused, request, context) : 0;
  const { by, reason } = request;
  const ends = paused.map(({ pause: { id, phaseId, since } }) => {
    const data = { by, reason, since, ...(request.drop ? { dropped } : {}) };
    return { id, by, decision: { code: "phase_resumed", phaseId, taskTime: null, data } as const };
  });
  await store.pauses.end(ends, context.runtime.now());
  const resumed = paused.map(({ scope }) => scope);
  const isAll = pauses.some(({ phaseId }) => phaseId === 0) && scopes[0]?.phase_id !== 0;
  const inFile = (await store.pausedPhases()).map(({ phaseId }) => phaseId);
  const still = resumed.flatMap((scope) => {
    if (isAll) return [{ ...scope, because: "all phases are paused: flowlord resume --all" }];
    const phase = inFile.includes(scope.phase_id) ? context.graph().byId.get(scope.phase_id) : undefined;
    return phase === undefined ? [] : [{ ...scope, because: inFileText(phase) }];
  });
  return { resumed, dropped, still_paused: still };
}

/** Cancels what the pauses kept, in turns; the number of tasks. */
async function drop(
  paused: readonly { readonly pause: Pause }[],
  { by, reason }: ResumeRequest,
  context: EngineContext,
): Promise<number> {
  const { store } = context;
  let dropped = 0;
  for (const { pause } of paused) {
    const phases = pause.phaseId === 0 ? (await store.heldPhases()).map(({ phaseId }) => phaseId) : [pause.phaseId];
    for (const phaseId of phases) {
      const why = { code: "pause_dropped", phaseId, data: { by, reason, since: pause.since } } as const;
      for (;;) {
        const kept = await store.pauses.kept(phaseId, pause.since);
        const cancelled = await cancelTasks(kept, why, context);
        dropped += cancelled.length;
        if (cancelled.length === 0) break;
      }
    }
  }
  return dropped;
}

/**
 * Ends pauses whose time has come, and those of phases that left their files (what these kept is cancelled then). Returns
 * whether one ended, and when the next one does.
 */
export async function endPauses({ store, runtime }: EngineContext): Promise<{ ended: boolean; nextAt: number | null }> {
  const now = runtime.now();
  const pauses = await store.pauses.inForce();
  const over = pauses.filter(
    ({ until, removedAt }) => (until !== null && until <= now) || (removedAt !== null && removedAt <= now - SWAP_MS),
  );
  const next = Math.min(...pauses.flatMap(({ until }) => (until === null || until <= now ? [] : [until])));
  const ends = over.map(({ id, phaseId, since, until, removedAt }) => {
    const data = { since, ...(removedAt === null ? { until } : { removed_at: removedAt }) };
    return { id, by: null, decision: { code: "phase_resumed", phaseId, taskTime: null, data } as const };
  });
  if (ends.length > 0) await store.pauses.end(ends, now);
  return { ended: ends.length > 0, nextAt: next === Infinity ? null : next };
}

async function scopesOf({ type, ...name }: PauseScope, context: EngineContext): Promise<readonly PausedScope[]> {
  if (type === null && name.phaseId === undefined) return [ALL];
  const phases = await namedPhases({ ...name, type: type ?? "" }, context);
  return phases.map(({ id, task, workflow }) => ({ phase_id: id, task, workflow }));
}

function notPaused(scopes: readonly PausedScope[], pauses: readonly Pause[], graph: WorkflowGraph): PauseError {
  const [first = ALL] = scopes;
  if (first.phase_id === 0) {
    const hint = pauses.length === 0 ? "" : `; ${pauses.length} are paused one by one: name the phase`;
    return new PauseError("not_paused", `no pause of all phases is in force${hint}`);
  }
  const name = `${first.task} of ${first.workflow}`;
  const phase = graph.byId.get(first.phase_id);
  if (pauses.some(({ phaseId }) => phaseId === 0))
    return new PauseError("not_paused", `${name} is paused with all phases: flowlord resume --all`);
  if (phase?.rule.paused === true)
    return new PauseError("not_paused", `${name} is paused by its file: ${inFileText(phase)}`);
  return new PauseError("not_paused", `${name} is not paused`);
}

function inFileText({ line, workflow }: Phase): string {
  return `take \`paused\` out of the phase in line ${line} of ${workflow}`;
}
