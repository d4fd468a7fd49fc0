import type { FastifyInstance } from "fastify";
import { DAY } from "../../contract/time/time-units.ts";

/** A page of the older program. */
interface Page {
  /** What shows the same: the first of these that exists. */
  readonly targets: readonly string[];
  /** The query of the new address, for the parameters of the old one. */
  query(asked: URLSearchParams, today: string): Record<string, string>;
}

const PAGES: Readonly<Record<string, Page>> = {
  "/web/task": { targets: ["/api/tasks", "/recap"], query: tasksQuery },
  "/web/alert": { targets: ["/api/alerts", "/recap"], query: dayQuery },
  "/web/files": { targets: ["/api/files", "/info"], query: dayQuery },
  "/web/workflow": { targets: ["/api/workflows", "/info"], query: () => ({}) },
  "/web/backload": { targets: ["/api/backfills", "/info"], query: () => ({}) },
  "/web/about": { targets: ["/api/metrics", "/info"], query: () => ({}) },
};

export const PAGE_PATHS: readonly string[] = Object.keys(PAGES);

/** Where a page of the older program leads now, with its day and its filters. `now`: milliseconds since 1970. */
export function pageTarget(path: string, asked: URLSearchParams, now: number, app: FastifyInstance): string | null {
  const page = PAGES[path];
  if (page === undefined) return null;
  const [target] = page.targets.filter((url) => app.hasRoute({ method: "GET", url }));
  if (target === undefined) return null;
  if (!target.startsWith("/api/")) return target;
  const query = new URLSearchParams(page.query(asked, new Date(now).toISOString().slice(0, 10)));
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
function dayQuery(asked: URLSearchParams, today: string): Record<string, string> {
  const since = Date.parse(`${dayOf(asked, today)}T00:00:00Z`);
  return { since: new Date(since).toISOString(), until: new Date(since + DAY).toISOString() };
}

/** An id ignored the other filters; `running` had no result yet. */
function tasksQuery(asked: URLSearchParams, today: string): Record<string, string> {
  const conditions = [`created:${dayOf(asked, today)}`];
  const id = asked.get("id") ?? "";
  for (const field of id === "" ? ["type", "job", "result"] : ["id"]) {
    const value = asked.get(field) ?? "";
    if (value === "") continue;
    conditions.push(`${field}:${quoted(field === "result" && value === "running" ? "" : value)}`);
  }
  return { query: conditions.join(" "), tz: "UTC" };
}

/** A value of the query language that means exactly this text. */
function quoted(value: string): string {
  return `"${value.replaceAll(/[\\"*]/g, String.raw`\$&`)}"`;
}
