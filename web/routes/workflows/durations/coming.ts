import { floorTo, type Step, wallOfText } from "./wall-times.ts";

interface Tick {
  readonly phase_id: number;
  readonly task_time: string | null;
}

interface Edge {
  readonly from: number;
  readonly to: number;
}

/** What a phase at a column is, as a key. */
export function slotKey(phase: number, wall: number): string {
  return `${phase} ${wall}`;
}

/**
 * The slots that are still to come: those of the next ticks, and those of phases that follow a slot which is to come or
 * has not ended.
 */
export function comingSlots(
  ticks: readonly Tick[],
  open: readonly { readonly phase_id: number; readonly wall: number }[],
  edges: readonly Edge[],
  step: Step,
): ReadonlySet<string> {
  const children = Map.groupBy(edges, ({ from }) => from);
  const coming = new Set<string>();
  const follow = (phase: number, wall: number): void => {
    for (const { to } of children.get(phase) ?? []) {
      const key = slotKey(to, wall);
      if (coming.has(key)) continue;
      coming.add(key);
      follow(to, wall);
    }
  };
  for (const { phase_id: phase, task_time: time } of ticks) {
    if (time === null) continue;
    const wall = floorTo(wallOfText(time), step);
    coming.add(slotKey(phase, wall));
    follow(phase, wall);
  }
  for (const { phase_id: phase, wall } of open) follow(phase, wall);
  return coming;
}
