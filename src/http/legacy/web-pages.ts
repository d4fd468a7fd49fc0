import type { FastifyInstance } from "fastify";
import { DAY } from "../../contract/time/time-units.ts";

type Query = Record<string, string>;

/** A page of the older program. */
interface Page {
  /** What shows the same, the first of these that exists, with the query of the new address for the parameters of the old one. */
  readonly targets: readonly (readonly [path: string, query?: (asked: URLSearchParams, today: string) => Query])[];
}

const PAGES: Readonly<Record<string, Page>> = {
  "/web/task": { targets: [["/tasks", tasksPage], ["/api/tasks", tasksQuery], ["/recap"]] },
  "/web/alert": { targets: [["/alerts", alertsPage], ["/api/alerts", dayQuery], ["/recap"]] },
  "/web/files": { targets: [["/files"], ["/api/files", dayQuery], ["/info"]] },
  "/web/workflow": { targets: [["/workflows"], ["/api/workflows"], ["/info"]] },
  "/web/backload": { targets: [["/backfill"], ["/api/backfills"], ["/info"]] },
  "/web/about": { targets: [["/system"], ["/api/metrics"], ["/info"]] },
};

export const PAGE_PATHS: readonly string[] = Object.keys(PAGES);

/** Where a page of the older program leads now, with its day and its filters. `now`: milliseconds since 1970. */
export function pageTarget(path: string, asked: URLSearchParams, now: number, app: FastifyInstance): string | null {
  const found = PAGES[path]?.targets.find(([url]) => app.hasRoute({ method: "GET", url }));
  if (found === undefined) return null;
  const [target, queryOf = () => ({})] = found;
  const query = new URLSearchParams(queryOf(asked, new Date(now).toISOString().slice(0, 10)));
  return query.size === 0 ? target : `${target}?${query.toString()}`;
}

/** Its days were those of the texts in its database: UTC. One that it could not read was today. */
function dayOf(asked: URLSearchParams, today: string): string {
  const day = asked.get("date") ?? "";
  // A day that the month lacks is moved into the next one.
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && (new Date(`${day}T00:00:00Z`).toJSON() ?? "").startsWith(day);
  return isDay ? day : today;
}

/** From its first moment to that of the next day. */
function dayQuery(asked: URLSearchParams, today: string): { readonly since: string; readonly until: string } {
  const since = Date.parse(`${dayOf(asked, today)}T00:00:00Z`);
  return { since: new Date(since).toISOString(), until: new Date(since + DAY).toISOString() };
}

function alertsPage(asked: URLSearchParams, today: string): Query {
  const { since, until } = dayQuery(asked, today);
  return { from: since, to: until };
}

/** The page counts days by the zone of the browser. */
function tasksPage(asked: URLSearchParams, today: string): Query {
  const { since, until } = dayQuery(asked, today);
  return { q: [`created>=${since}`, `created<${until}`, ...conditionsOf(asked)].join(" ") };
}

function tasksQuery(asked: URLSearchParams, today: string): Query {
  return { query: [`created:${dayOf(asked, today)}`, ...conditionsOf(asked)].join(" "), tz: "UTC" };
}

/** An id ignored the other filters; `running` had no result yet. */
function conditionsOf(asked: URLSearchParams): readonly string[] {
  const id = asked.get("id") ?? "";
  return (id === "" ? ["type", "job", "result"] : ["id"]).flatMap((field) => {
    const value = asked.get(field) ?? "";
    return value === "" ? [] : [`${field}:${quoted(field === "result" && value === "running" ? "" : value)}`];
  });
}

/** A value of the query language that means exactly this text. */
function quoted(value: string): string {
  return `"${value.replaceAll(/[\\"*]/g, String.raw`\$&`)}"`;
}
