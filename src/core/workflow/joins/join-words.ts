import { taskName } from "../../task/task-name.ts";
import { withJoins } from "./join-plans.ts";
import type { Phase } from "../phase.ts";

/** What each join of a file waits for, in words, in file order. */
export function joinWords(phases: readonly Phase[]): readonly { readonly line: number; readonly text: string }[] {
  return withJoins(phases).flatMap((phase) => {
    const { joinPlan: plan, dependsOn, line, rule } = phase;
    if (plan === null) return [];
    const parents = [...new Set(dependsOn.map(taskName))];
    const last = parents.pop() ?? "";
    const names = parents.length === 0 ? last : `${parents.join(", ")} and ${last}`;
    const of =
      plan.ancestor !== null
        ? `that came of the same task of ${plan.ancestor}`
        : plan.byEvent
          ? "that came of the same file"
          : "of the same task time";
    if (rule.on === "error") {
      const failing = parents.length > 0 ? "and at least one of each has failed" : "and at least one has failed";
      return [{ line, text: `${taskName(phase)} starts when all tasks of ${names} ${of} are done, ${failing}.` }];
    }
    const failed = rule.joinWhen === "all_done" ? "done, failed ones too" : "complete";
    return [{ line, text: `${taskName(phase)} starts when all tasks of ${names} ${of} are ${failed}.` }];
  });
}
