import type { SlotState } from "./decider.ts";
import type { Phase } from "../workflow/phase.ts";

/** Whether tasks of this phase count against a cap at all. */
export function isCapped(phase: Phase): boolean {
  return phase.rule.maxActive > 0 || phase.rule.overlap !== "allow";
}

/** How many tasks of the phase may be unfinished at a time; `overlap` without `max_active` means one. */
export function capOf(phase: Phase): number {
  return phase.rule.maxActive > 0 ? phase.rule.maxActive : 1;
}

/** Slots of one decision: what the store counted, less what the decision itself takes and frees. */
export class Slots {
  readonly #reserved = new Map<number, number>();
  readonly #state: ReadonlyMap<number, SlotState>;

  constructor(state: ReadonlyMap<number, SlotState>) {
    this.#state = state;
  }

  /** Take a slot for a new task of the phase; false when the cap is reached and the task must be held. */
  reserve(phase: Phase): boolean {
    if (this.free(phase) <= 0) return false;
    this.add(phase.id, 1);
    return true;
  }

  /** Count a new task of the phase, which may exceed a cap of `overlap` alone; false when it must be held. */
  admit(phase: Phase): boolean {
    if (phase.rule.maxActive > 0) return this.reserve(phase);
    if (isCapped(phase)) this.add(phase.id, 1);
    return true;
  }

  /** Count a slot taken (1) or given back (-1) whatever the cap says. */
  add(phaseId: number, count: number): void {
    this.#reserved.set(phaseId, (this.#reserved.get(phaseId) ?? 0) + count);
  }

  /** For the history: what stands in the way of one more task of the phase. */
  usage(phase: Phase): { readonly active: number; readonly cap: number; readonly earlier?: number } {
    const earlier = this.#state.get(phase.id)?.oldest ?? null;
    const cap = capOf(phase);
    return { active: cap - this.free(phase), cap, ...(earlier === null ? {} : { earlier }) };
  }

  free(phase: Phase): number {
    const active = this.#state.get(phase.id)?.active ?? 0;
    return capOf(phase) - active - (this.#reserved.get(phase.id) ?? 0);
  }

  /** Whether the record waits for a slot instead of having one. */
  isHeld(phaseId: number, recordId: number): boolean {
    return this.#state.get(phaseId)?.held.includes(recordId) ?? false;
  }

  /** Held tasks of the phase whose turn has come, oldest first; `except` is one that is done without a turn. */
  releasable(phase: Phase, except: number | null = null): readonly number[] {
    const held = (this.#state.get(phase.id)?.held ?? []).filter((one) => one !== except);
    return held.slice(0, Math.max(0, this.free(phase)));
  }
}
