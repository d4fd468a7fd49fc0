import {
  databaseHistoryAnswer,
  databaseHistoryQuery,
  healthHistoryAnswer,
  healthHistoryQuery,
  MAX_STEPS,
} from "../../contract/api/instance/history-api.ts";
import type { DaySize } from "../../contract/live/health-history.ts";
import { DAY, SECOND } from "../../contract/time/time-units.ts";
import { route } from "../api/route.ts";
import { RequestError } from "../errors.ts";
import { requestTime, timeText } from "../request-time.ts";

/** Tables that have a series of their own. */
const LARGEST = 5;

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/health/history",
    summary: "How the instance did, step by step, over the last 15 days.",
    role: "viewer",
    query: healthHistoryQuery,
    answer: healthHistoryAnswer,
    async handle({ query }, { reads, runtime }) {
      const until = requestTime("until", query.until ?? null, "/query") ?? runtime.now();
      const from = requestTime("from", query.from ?? null, "/query") ?? until - DAY;
      const step = query.step * SECOND;
      if (from >= until || until - from > MAX_STEPS * step)
        throw new RequestError([
          { pointer: "/query/until", message: `not after \`from\`, or more than ${MAX_STEPS} steps after it` },
        ]);
      const steps = await reads.healthHistory({ from, until, step });
      return { steps: steps.map(({ at, ...rest }) => ({ at: timeText(at), ...rest })) };
    },
  }),
  route({
    method: "GET",
    path: "/api/database/history",
    summary: "How large the tables were, day by day.",
    role: "viewer",
    query: databaseHistoryQuery,
    answer: databaseHistoryAnswer,
    handle: async ({ query: { days } }, { reads, runtime }) =>
      byDay(await reads.sizeHistory(runtime.now() - days * DAY)),
  }),
];

function byDay(sizes: readonly DaySize[]): {
  tables: string[];
  days: { at: string; bytes: number[]; other: number }[];
} {
  const days = Map.groupBy(sizes, (size) => size.measured_at);
  const newest = [...days.values()].at(-1) ?? [];
  const tables = newest
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, LARGEST)
    .map(({ name }) => name);
  return {
    tables,
    days: Array.from(days, ([at, all]) => {
      const bytes = tables.map((name) => all.find((size) => size.name === name)?.bytes ?? 0);
      const sum = all.reduce((total, size) => total + size.bytes, 0);
      return { at: timeText(at), bytes, other: sum - bytes.reduce((total, one) => total + one, 0) };
    }),
  };
}
