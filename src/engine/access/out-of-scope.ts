import { isInScope, type Scope, type Scoped } from "../../contract/api/access/scope.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { parseMeta } from "../../core/task/meta.ts";
import type { ReadStore } from "../../store/store.ts";
import { UnknownTaskError } from "../tasks/unknown-task.ts";

/** It would reach beyond what whoever asks may touch. */
export class OutOfScopeError extends DomainError {
  constructor(message: string) {
    super("forbidden", "out_of_scope", message);
  }
}

/** Throws UnknownTaskError where one of the records is out of the scope, as if it did not exist. */
export async function requireTasks(
  recordIds: readonly number[],
  scope: Scope | null,
  reads: Pick<ReadStore, "places">,
): Promise<void> {
  if (scope === null) return;
  const seen = await visibleTasks(recordIds, scope, reads);
  const hidden = recordIds.find((id) => !seen.has(id));
  if (hidden !== undefined) throw new UnknownTaskError(hidden);
}

/** Which of the records are in the scope. */
export async function visibleTasks(
  recordIds: readonly number[],
  scope: Scope,
  { places }: Pick<ReadStore, "places">,
): Promise<ReadonlySet<number>> {
  const found = await places.tasks([...new Set(recordIds)]);
  return new Set(found.filter((row) => isInScope(scope, row)).map(({ id }) => id));
}

/**
 * The `workflow` of a task's meta says whose phases follow it: a person may not give one that is not theirs. Throws OutOfScopeError.
 */
export function refuseForeignMeta(meta: string, scope: Scope | null, task: Omit<Scoped, "workflow"> = {}): void {
  if (scope === null) return;
  for (const workflow of parseMeta(meta).get("workflow") ?? [])
    if (!isInScope(scope, { ...task, workflow }))
      throw new OutOfScopeError(`meta: workflow=${workflow} is out of your scope.`);
}

/** What follows from a task may be of any workflow and type. Throws OutOfScopeError. */
export function refuseChildren(withChildren: boolean, scope: Scope | null): void {
  if (withChildren && scope !== null)
    throw new OutOfScopeError(
      "children: what follows from the tasks may be out of your scope; name those that are not.",
    );
}
