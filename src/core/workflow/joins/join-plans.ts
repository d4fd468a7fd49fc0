import { taskName } from "../../task/task-name.ts";
import { nearestDominators } from "./dominators.ts";
import { isForeign } from "../phase/parent-ref.ts";
import type { JoinPlan, JoinRole, ParentRef, Phase } from "../phase.ts";

/**
 * The phases of one file with what a join must know: on each phase with `join = all` its plan, on each phase whose tasks it
 * waits for its role in that join. Phases without either are the same objects as before.
 */
export function withJoins(phases: readonly Phase[]): readonly Phase[] {
  if (!phases.some(isJoin)) return phases;
  const phasesOf = indexesOf(phases);
  const parents = phases.map(({ dependsOn }) => [...new Set(dependsOn.flatMap(phasesOf))]);
  const { ancestors, order } = nearestDominators(parents, phases.map(isEntry), phases.map(isJoin));
  const plans = new Map<number, JoinPlan>();
  const roles = phases.map((): { readonly role: JoinRole; readonly order: number }[] => []);
  phases.forEach((phase, index) => {
    if (!isJoin(phase)) return;
    const named = phase.dependsOn.map(phasesOf);
    const ancestor = ancestors[index] ?? null;
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

/**
 * By the key of a join now what it was before an edit: the phase of the same key, or, where the parents are others, the only one
 * of the same task.
 */
export function formerJoins(before: readonly Phase[], now: readonly Phase[]): ReadonlyMap<string, Phase> {
  const former = new Map(before.map((phase) => [phase.key, phase]));
  const kept = new Set(now.map((phase) => phase.key));
  const gone = before.filter((phase) => !kept.has(phase.key));
  const found = new Map<string, Phase>();
  for (const phase of now) {
    if (!isJoin(phase)) continue;
    const isSame = (one: Phase): boolean => one.type === phase.type && one.job === phase.job;
    const [only, other] = gone.filter(isSame);
    const isAlone = now.filter((one) => isSame(one) && !former.has(one.key)).length === 1;
    const was = former.get(phase.key) ?? (other === undefined && isAlone ? only : undefined);
    if (was !== undefined) found.set(phase.key, was);
  }
  return found;
}

/** Joins that wait for other tasks since an edit: as they were, with the ids that they have now. */
export function changedJoins(before: readonly Phase[], now: readonly Phase[]): readonly Phase[] {
  const former = formerJoins(withJoins(before), now);
  return withJoins(now).flatMap((phase) => {
    const was = former.get(phase.key);
    if (was === undefined || was.joinPlan === null || waitsFor(was) === waitsFor(phase)) return [];
    return [{ ...was, id: phase.id }];
  });
}

function waitsFor({ dependsOnText, rule, joinPlan }: Phase): string {
  const feeders = joinPlan?.feeders.map((names) => [...names].toSorted());
  return JSON.stringify([dependsOnText, rule.joinWhen, feeders]);
}

/** Whether this phase is one that the reference names. */
export function isNamed(ref: ParentRef, type: string, job: string): boolean {
  return ref.type === type && (ref.job === null || ref.job === job);
}

function isJoin({ rule, dependsOn }: Phase): boolean {
  return rule.join === "all" && dependsOn.length > 0;
}

function isEntry({ rule, dependsOn }: Phase): boolean {
  return (
    rule.cron !== null ||
    rule.files !== null ||
    rule.filesGlob !== null ||
    dependsOn.length === 0 ||
    dependsOn.some(isForeign)
  );
}

function nameOf(phases: readonly Phase[], index: number): string {
  const phase = phases[index];
  return phase === undefined ? "" : taskName(phase);
}

/** Finds the phases that a reference names. */
function indexesOf(phases: readonly Phase[]): (ref: ParentRef) => readonly number[] {
  const byType = Map.groupBy(phases.keys(), (index) => phases[index]?.type ?? "");
  return ({ type, job, workflow }) =>
    (workflow === undefined ? (byType.get(type) ?? []) : []).filter(
      (index) => job === null || phases[index]?.job === job,
    );
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
