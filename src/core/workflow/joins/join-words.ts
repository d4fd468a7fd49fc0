import { phrases } from "../../why/phrases.ts";
import { taskName } from "../../task/task-name.ts";
import { withJoins } from "./join-plans.ts";
import type { Phase } from "../phase.ts";

/** What each join of a file waits for, in words, in file order. */
export function joinWords(phases: readonly Phase[]): readonly { readonly line: number; readonly text: string }[] {
  return withJoins(phases).flatMap((phase) => {
    const condition = joinCondition(phase);
    return condition === null ? [] : [{ line: phase.line, text: `${taskName(phase)} starts when ${condition}.` }];
  });
}

/** "all tasks of a and b of the same task time are complete"; null: the phase is no join. */
export function joinCondition({ joinPlan: plan, dependsOn, rule }: Phase): string | null {
  if (plan === null) return null;
  const parents = [...new Set(dependsOn.map(taskName))];
  const of =
    plan.ancestor !== null
      ? `that came of the same task of ${plan.ancestor}`
      : plan.byEvent
        ? "that came of the same file"
        : "of the same task time";
  const all = `all tasks of ${phrases(parents)} ${of} are`;
  if (rule.on === "error")
    return `${all} done, ${parents.length > 1 ? "and at least one of each has failed" : "and at least one has failed"}`;
  return `${all} ${rule.joinWhen === "all_done" ? "done, failed ones too" : "complete"}`;
}
