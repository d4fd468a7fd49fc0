import type { Scope } from "../../contract/api/access/scope.ts";
import type { BackfillAct } from "../../contract/api/workflows/backfill-api.ts";
import { BackfillError } from "../../contract/backfill-error.ts";
import type { BackfillQuestion } from "../../core/backfill/plan.ts";
import type { SlotSelection } from "../../core/backfill/slot-class.ts";
import { graphWithin } from "../access/graph-within.ts";
import type { NewDecision } from "../../core/decide/effects.ts";
import type { BackfillState, OpenBackfill } from "../../store/backfill-store.ts";
import type { EngineContext } from "../context.ts";
import { readBackfill } from "./preview-backfill.ts";

export interface BackfillRequest {
  readonly question: BackfillQuestion;
  readonly selection: SlotSelection;
  /** Start the children of its tasks too. */
  readonly children: boolean;
  readonly maxActive: number;
  readonly stopOnFailure: boolean;
  /** How many tasks it makes, as its preview counted them. */
  readonly total: number;
  readonly by: string;
  readonly reason: string;
  /** To what whoever asks may do this; default: to everything. */
  readonly scope?: Scope | null;
}

/** Begins a backfill: its service makes the tasks. Returns its id. Throws BackfillError. */
export async function createBackfill(request: BackfillRequest, context: EngineContext): Promise<number> {
  const { runtime, store, metaFiles } = context;
  const { spec, phase } = await readBackfill(request.question, {
    runtime,
    metaFiles,
    graph: graphWithin(context.graph(), request.scope ?? null),
  });
  const { selection, children, maxActive, stopOnFailure, total, by, reason } = request;
  const decision = changed(phase.id, { act: "begun", by, reason, tasks: total });
  const backfill = { phaseId: phase.id, spec, selection, children, maxActive, stopOnFailure, total, createdBy: by };
  return store.backfills.create(backfill, decision, runtime.now());
}

const ACTS: Readonly<
  Record<BackfillAct, { readonly from: readonly BackfillState[]; readonly to: BackfillState; readonly done: string }>
> = {
  pause: { from: ["running"], to: "paused", done: "paused" },
  resume: { from: ["paused"], to: "running", done: "resumed" },
  cancel: { from: ["running", "paused"], to: "cancelled", done: "cancelled" },
  "retry-failed": { from: ["running", "paused", "finished"], to: "running", done: "retried" },
};

/** Slots in one transaction. */
const GROUP = 5000;

export interface BackfillChange {
  readonly id: number;
  readonly act: BackfillAct;
  readonly by: string;
  readonly reason: string;
}

/** What a person does to a backfill. Returns the number of slots that it concerns. Throws BackfillError. */
export async function changeBackfill({ id, act, by, reason }: BackfillChange, context: EngineContext): Promise<number> {
  const { store, runtime } = context;
  const before = await store.backfills.one(id);
  if (before === null)
    throw new BackfillError("unknown_backfill", `there is no backfill ${id}; flowlord backfill list shows them`);
  const { phaseId } = before;
  const { from, to, done } = ACTS[act];
  let slots = act === "retry-failed" ? before.counts.failed : unended(before);
  if (act === "retry-failed" && slots === 0)
    throw new BackfillError("wrong_state", `backfill ${id} has no failed slot`);
  const decision = changed(phaseId, { backfill: id, act: done, by, reason, slots });
  // Moved first: a backfill that ends meanwhile would be left with slots that wait.
  if (act === "retry-failed" && from.includes(before.state)) slots = await waitAgain(id, context);
  if (!(await store.backfills.change(id, { from, to, note: reason }, decision, runtime.now()))) {
    const state = (await store.backfills.one(id))?.state ?? before.state;
    throw new BackfillError("wrong_state", `backfill ${id} is ${state}: it cannot be ${done}`);
  }
  return slots;
}

/** Slots that are not ended, also those that are not written yet. */
function unended({ counts, total, isPlanned }: OpenBackfill): number {
  const { waiting, active, complete, failed, cancelled } = counts;
  return isPlanned ? waiting + active : Math.max(waiting + active, total - complete - failed - cancelled);
}

async function waitAgain(id: number, { store }: EngineContext): Promise<number> {
  let moved = 0;
  for (let last = GROUP; last === GROUP; moved += last) {
    last = await store.backfills.moveSlots(id, "failed", "waiting", GROUP);
  }
  return moved;
}

/** The backfill stops by its own rule. */
export function stopBackfill(
  { id, phaseId }: OpenBackfill,
  note: string,
  { store, runtime }: EngineContext,
): Promise<boolean> {
  const decision = changed(phaseId, { backfill: id, act: "paused", by: "flowlord", reason: note });
  return store.backfills.change(id, { from: ["running"], to: "paused", note }, decision, runtime.now());
}

function changed(phaseId: number, data: NewDecision["data"]): NewDecision {
  return { code: "backfill_changed", phaseId, taskTime: null, data };
}
