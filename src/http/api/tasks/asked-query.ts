import { TaskQueryError, type TaskQuery } from "../../../contract/query/task-query.ts";
import { readTaskQuery } from "../../../engine/tasks/select-tasks.ts";
import { RequestError } from "../../errors.ts";
import type { ApiDeps } from "../deps.ts";

/**
 * The query of a request; `pointer`: where it stands in it. Times that name no zone are by the clock of `tz`, or of the
 * instance. Throws DomainError, with the position of the mistake.
 */
export function askedQuery(
  text: string,
  pointer: string,
  tz: string | undefined,
  { runtime }: Pick<ApiDeps, "runtime">,
): TaskQuery {
  try {
    return readTaskQuery(text, runtime.now(), tz ?? runtime.zone);
  } catch (error) {
    if (!(error instanceof TaskQueryError)) throw error;
    const { message, offset, length } = error;
    throw new RequestError([{ pointer, message, offset, length }], "bad_query");
  }
}
