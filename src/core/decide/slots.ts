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

/** Slots during one decision: what the store counted, plus those that the decision takes and releases. */
export class Slots {
  readonly #reserved = new Map<number, number>();
  readonly #state: ReadonlyMap<number, SlotState>;

  constructor(state: ReadonlyMap<number, SlotState>) {
    this.#state = state;
  }

  /** Takes a slot for a new task of the phase; false when the cap is reached and the task must wait. */
  reserve(phase: Phase): boolean {
    if (this.free(phase) <= 0) return false;
    this.add(phase.id, 1);
    return true;
  }

  /** Counts a new task of the phase, which may exceed a cap of `overlap` alone; false when it must wait. */
  admit(phase: Phase): boolean {
    if (phase.rule.maxActive > 0) return this.reserve(phase);
    if (isCapped(phase)) this.add(phase.id, 1);
    return true;
  }

  /** Counts a slot taken (1) or released (-1), regardless of the cap. */
  add(phaseId: number, count: number): void {
    this.#reserved.set(phaseId, (this.#reserved.get(phaseId) ?? 0) + count);
  }

  /** For the history: what blocks one more task of the phase. */
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

  /** Tasks that wait for a slot of the phase and can be sent now, oldest first; `except` is done without having had one. */
  releasable(phase: Phase, except: number | null = null): readonly number[] {
    const held = (this.#state.get(phase.id)?.held ?? []).filter((one) => one !== except);
    return held.slice(0, Math.max(0, this.free(phase)));
  }
}
