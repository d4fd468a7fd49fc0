import { tasksAnswer } from "../../contract/api/tasks/task-list-api.ts";
import type { ApiClient } from "./api-client.ts";
import { pagesOf } from "./pages.ts";

/** Records of one run, as the database gives them. */
const MAX_RECORDS = 1000;

/** The records that an id names, oldest first: a record's number, or all of a run. */
export async function recordIds(id: string, client: ApiClient): Promise<readonly number[]> {
  if (/^\d{1,15}$/.test(id)) return Number(id) === 0 ? [] : [Number(id)];
  if (id === "" || id.length > 200) return [];
  const asked = { query: { query: `id:"${id.replaceAll(/["\\]/g, "")}"` }, number: MAX_RECORDS };
  const { rows } = await pagesOf(client, "/api/tasks", tasksAnswer, asked, ({ tasks }) => tasks);
  return rows.flatMap((task) => (task.id === id ? [task.record_id] : [])).toReversed();
}
