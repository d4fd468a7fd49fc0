import { DomainError } from "../../contract/domain-error.ts";
import { writeTaskMessage } from "../../contract/task-message.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { recapJson, recapKey, recapText, rfc3339Text, runState } from "../../core/legacy/recap-pages.ts";
import type { LegacyRow } from "../../store/legacy-queries.ts";
import type { EngineContext } from "../context.ts";
import type { LegacyAnswer } from "./legacy-answer.ts";

/** Records of one run in an answer. */
const MAX_EVENTS = 10_000;
/** Types and jobs of one day in an answer. */
const MAX_GROUPS = 10_000;

/** `GET /task/{id}`: all records of a run. An unknown one has none. */
export async function runAnswer(id: string, { store }: Pick<EngineContext, "store">): Promise<LegacyAnswer> {
  const rows = await store.reads.legacy.runOfTasks(id, MAX_EVENTS + 1);
  if (rows.length > MAX_EVENTS) {
    const message = `The run has more than ${MAX_EVENTS} tasks, which is the limit: read it with flowlord lineage.`;
    throw new DomainError("too_large", "run_too_large", message);
  }
  const { completed, lastUpdate } = runState(rows);
  const events = rows.length === 0 ? "null" : `[${rows.map(eventText).join(",")}]`;
  return {
    status: 200,
    contentType: "application/json",
    body: `{"LastUpdate":${JSON.stringify(lastUpdate)},"Completed":${completed},"Events":${events}}`,
  };
}

function eventText(row: LegacyRow): string {
  const times = { created: rfc3339Text(row.created), started: rfc3339Text(row.started), ended: rfc3339Text(row.ended) };
  return writeTaskMessage({ ...row, ...times });
}

/** `GET /recap`: the tasks of this day (UTC) by type and job, sorted. */
export async function recapAnswer(
  asJson: boolean,
  { store, runtime }: Pick<EngineContext, "store" | "runtime">,
): Promise<LegacyAnswer> {
  const found = await store.reads.legacy.recap(Math.floor(runtime.now() / DAY) * DAY, false);
  if (found.length > MAX_GROUPS) {
    const message = `Today has more than ${MAX_GROUPS} types and jobs, which is the limit: read them with flowlord stats.`;
    throw new DomainError("too_large", "recap_too_large", message);
  }
  const groups = found.map((group) => [recapKey(group), group] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (asJson) {
    const json = Object.fromEntries(groups.map(([key, group]) => [key, recapJson(group)]));
    return { status: 200, contentType: "application/json", body: JSON.stringify(json) };
  }
  const body = groups.map(([key, group]) => `${key}\n\t${recapText(group)}`).join("");
  return { status: 200, contentType: "text/plain", body };
}
