import { type Scope, within } from "../../../contract/api/access/scope.ts";
import { TaskQueryError, type TaskQuery, type TextField } from "../../../contract/query/task-query.ts";
import { readTaskQuery } from "../../../engine/tasks/select-tasks.ts";
import { RequestError } from "../../errors.ts";
import type { ApiDeps } from "../deps.ts";

/** A query, and fields that narrow it. */
export interface AskedTasks extends Partial<Record<"type" | "job" | "result" | "state" | "tz", string | undefined>> {
  readonly query: string;
}

/**
 * The query of a request; `pointer`: where it stands in it. Times that name no zone are by the clock of `tz`, or of the
 * instance. It finds only what is in the scope. Throws DomainError, with the position of the mistake.
 */
export function askedQuery(
  { query: text, tz, type, job, result, state }: AskedTasks,
  pointer: string,
  scope: Scope | null,
  { runtime }: Pick<ApiDeps, "runtime">,
): TaskQuery {
  const fields = Object.entries({ type, job, result, state }).flatMap(([field, value]): TaskQuery[] =>
    value === undefined ? [] : [{ kind: "text", field: field as TextField, values: [[value]] }],
  );
  try {
    const query = readTaskQuery(text, runtime.now(), tz ?? runtime.zone);
    if (fields.length === 0) return within(scope, query);
    return within(scope, { kind: "and", terms: [...(query.kind === "and" ? query.terms : [query]), ...fields] });
  } catch (error) {
    if (!(error instanceof TaskQueryError)) throw error;
    const { message, offset, length } = error;
    throw new RequestError([{ pointer, message, offset, length }], "bad_query");
  }
}
