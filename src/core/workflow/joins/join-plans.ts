import { taskName } from "../../task/task-name.ts";
import { nearestDominators } from "./dominators.ts";
import type { JoinPlan, JoinRole, ParentRef, Phase } from "../phase.ts";

/**
 * The phases of one file with what a join must know: on each phase with `join = all` its plan, on each phase whose tasks it
 * waits for its role in that join. Phases without either are the same objects as before.
 */
export function withJoins(phases: readonly Phase[]): readonly Phase[] {
  const isJoin = (phase: Phase): boolean => phase.rule.join === "all" && phase.dependsOn.length > 0;
  if (!phases.some(isJoin)) return phases;
  const phasesOf = indexesOf(phases);
  const parents = phases.map(({ dependsOn }) => [...new Set(dependsOn.flatMap(phasesOf))]);
  const { dominators, order } = nearestDominators(parents, phases.map(isEntry));
  const plans = new Map<number, JoinPlan>();
  const roles = phases.map((): { readonly role: JoinRole; readonly order: number }[] => []);
  const depths = depthsOf(dominators);
  phases.forEach((phase, index) => {
    if (!isJoin(phase)) return;
    const named = phase.dependsOn.map(phasesOf);
    const ancestor = nearestCommon(named.flat(), dominators, depths);
    const feeders = named.map((own) => upTo(own, index, ancestor, parents));
    const members = new Set(feeders.flatMap((one) => [...one]));
    const ancestorId = ancestor === null ? null : (phases[ancestor]?.id ?? null);
    const byEvent = ancestor === null && areOfOneEvent([...members], parents, phases);
    plans.set(index, {
      ancestorId,
      ancestor: ancestor === null ? null : nameOf(phases, ancestor),
      byEvent,
      feeders: feeders.map((one) => new Set([...one].map((member) => nameOf(phases, member)))),
    });
    const role: JoinRole = { joinId: phase.id, ancestorId, byEvent };
    for (const member of members) roles[member]?.push({ role, order: order[index] ?? 0 });
  });
  return phases.map((phase, index) => {
    const own = roles[index] ?? [];
    const plan = plans.get(index) ?? null;
    if (own.length === 0 && plan === null) return phase;
    // A join that feeds another one is decided before it.
    const joins = own.toSorted((a, b) => a.order - b.order).map((one) => one.role);
    return { ...phase, joins, joinPlan: plan };
  });
}

/** Whether this phase is one that the reference names. */
export function isNamed(ref: ParentRef, type: string, job: string): boolean {
  return ref.type === type && (ref.job === null || ref.job === job);
}

function isEntry({ rule, dependsOn }: Phase): boolean {
  return rule.cron !== null || rule.files !== null || rule.filesGlob !== null || dependsOn.length === 0;
}

function nameOf(phases: readonly Phase[], index: number): string {
  const phase = phases[index];
  return phase === undefined ? "" : taskName(phase);
}

/** Finds the phases that a reference names. */
function indexesOf(phases: readonly Phase[]): (ref: ParentRef) => readonly number[] {
  const byType = Map.groupBy(phases.keys(), (index) => phases[index]?.type ?? "");
  return ({ type, job }) => (byType.get(type) ?? []).filter((index) => job === null || phases[index]?.job === job);
}

/** How many phases each one comes of, along the dominators. */
function depthsOf(dominators: readonly (number | null)[]): readonly number[] {
  const depths: number[] = [];
  for (const index of dominators.keys()) {
    const path: number[] = [];
    let at: number | null = index;
    for (; at !== null && depths[at] === undefined; at = dominators[at] ?? null) path.push(at);
    let depth = at === null ? -1 : (depths[at] ?? 0);
    for (const one of path.toReversed()) depths[one] = ++depth;
  }
  return depths;
}

/** The nearest phase that all of these come of, whichever way they came; null: none. A phase does not come of itself. */
function nearestCommon(
  of: readonly number[],
  dominators: readonly (number | null)[],
  depths: readonly number[],
): number | null {
  const above = (index: number): number | null => dominators[index] ?? null;
  const depthOf = (index: number | null): number => (index === null ? -1 : (depths[index] ?? 0));
  const common = (a: number | null, b: number | null): number | null => {
    let [one, other] = [a, b];
    while (one !== other) {
      if (depthOf(one) >= depthOf(other) && one !== null) one = above(one);
      else if (other !== null) other = above(other);
    }
    return one;
  };
  const [first, ...others] = [...new Set(of)].map(above);
  return others.reduce(common, first ?? null);
}

/** These phases and all that lead to them, below the ancestor and without the join itself. */
function upTo(
  from: readonly number[],
  join: number,
  ancestor: number | null,
  parents: readonly (readonly number[])[],
): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [...from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === join || next === ancestor || found.has(next)) continue;
    found.add(next);
    open.push(...(parents[next] ?? []));
  }
  return found;
}

/** All of them come of one file event: their first phases wait for the same files and have no other beginning. */
function areOfOneEvent(
  members: readonly number[],
  parents: readonly (readonly number[])[],
  phases: readonly Phase[],
): boolean {
  const patterns = new Set<string>();
  for (const index of members) {
    const phase = phases[index];
    if (phase === undefined || ((parents[index] ?? []).length > 0 && !isEntry(phase))) continue;
    const { files, filesGlob, gather, cron } = phase.rule;
    if (cron !== null || gather > 1 || phase.dependsOn.length > 0) return false;
    if (files === null && filesGlob === null) return false;
    patterns.add(`${files ?? ""}\0${filesGlob ?? ""}`);
  }
  return patterns.size === 1;
}
