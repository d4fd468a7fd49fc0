import type { SlotState } from "./decider.ts";
import type { StoredTask } from "./effects.ts";
import type { Phase } from "../workflow/phase.ts";

/** Whether tasks of this phase count against a cap at all. */
export function isCapped(phase: Phase): boolean {
  return phase.rule.maxActive > 0 || phase.rule.overlap !== "allow";
}

/** How many tasks of the phase may be unfinished at a time; `overlap` without `max_active` means one. */
export function capOf(phase: Phase): number {
  return phase.rule.maxActive > 0 ? phase.rule.maxActive : 1;
}

/** The cap of a phase as `capOf`, 0 when it has none. */
export function capOrNone(phase: Phase): number {
  return isCapped(phase) ? capOf(phase) : 0;
}

/** What blocks one more task of a phase. */
export interface SlotUsage {
  readonly active: number;
  readonly cap: number;
  readonly earlier?: number;
}

/** Slots during one decision: what the store counted, plus those that the decision takes and releases. */
export class Slots {
  readonly #reserved = new Map<number, number>();
  readonly #state: ReadonlyMap<number, SlotState>;
  readonly #released = new Map<number, number>();

  constructor(state: ReadonlyMap<number, SlotState>) {
    this.#state = state;
  }

  /**
   * How one more new task begins: it may go (null), or waits for a slot behind those that wait already. With
   * `overlap = skip` and no cap the tasks of one decision go together: only an earlier task stops them.
   */
  admit(phase: Phase): SlotUsage | null {
    if (!isCapped(phase)) return null;
    const isTogether = phase.rule.overlap === "skip" && phase.rule.maxActive === 0;
    if (!isTogether && (this.#queueing(phase) || this.free(phase) <= 0)) return this.usage(phase);
    this.add(phase.id, 1);
    return null;
  }

  /** As `admit`, for what comes by itself (a file, a parent that completed): in a paused phase it waits for the resume. */
  admitUnlessPaused(phase: Phase): SlotUsage | { readonly paused: true } | null {
    return phase.rule.paused ? { paused: true } : this.admit(phase);
  }

  /** Whether `overlap = skip` lets no task of the phase be made now: no slot is free, or earlier ones wait for one. */
  skips(phase: Phase): boolean {
    return phase.rule.overlap === "skip" && (this.free(phase) <= 0 || this.#queueing(phase));
  }

  /** Whether earlier tasks of the phase wait, which this decision has not released. */
  #queueing(phase: Phase): boolean {
    return (this.#state.get(phase.id)?.held.length ?? 0) > (this.#released.get(phase.id) ?? 0);
  }

  /** Counts a slot taken (1) or released (-1), regardless of the cap. */
  add(phaseId: number, count: number): void {
    this.#reserved.set(phaseId, (this.#reserved.get(phaseId) ?? 0) + count);
  }

  /** For the history: what blocks one more task of the phase. */
  usage(phase: Phase): SlotUsage {
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

  /** Lets the tasks that wait go as far as slots are free, before new ones are admitted. */
  release(phase: Phase): readonly number[] {
    const released = isCapped(phase) ? this.releasable(phase) : [];
    this.add(phase.id, released.length);
    this.#released.set(phase.id, released.length);
    return released;
  }

  /** Tasks that wait for a slot of the phase and can be sent now, oldest first; `except` is done without having had one. */
  releasable(phase: Phase, except: number | null = null): readonly number[] {
    if (phase.rule.paused) return [];
    const held = (this.#state.get(phase.id)?.held ?? []).filter((one) => one !== except);
    return held.slice(0, Math.max(0, this.free(phase)));
  }
}

/** The slot of a task that is done or cancelled: also of a retry that waits for its delay. One that had ended has released it before. */
export function releaseSlot(record: StoredTask | null, slots: Slots): void {
  if (record === null || !record.holdsSlot || slots.isHeld(record.phaseId, record.recordId)) return;
  if (record.state !== "finished" && record.state !== "cancelled") slots.add(record.phaseId, -1);
}
