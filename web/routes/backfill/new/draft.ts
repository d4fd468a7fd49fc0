import { toWall } from "../../../services/time/zone.ts";
import type { Draft } from "../backfill-queries.ts";
import type { BackfillSearch } from "../search.ts";

/** What a backfill takes by itself. */
export const ACTIVE = 10;
const DAY = 86_400_000;

/** The times of a form that nobody has filled in yet: the last seven full days. */
export function lastWeek(now: number, zone: string): { readonly from: string; readonly to: string } {
  const today = toWall(now, zone);
  const day = (back: number): string => new Date(today - back * DAY).toISOString().slice(0, 10);
  return { from: day(7), to: day(1) };
}

/** The times of the form: those of the address, or the last week. */
export function timesOf(
  { from, to }: BackfillSearch,
  now: number,
  zone: string,
): { readonly from: string; readonly to?: string } {
  if (from === undefined) return lastWeek(now, zone);
  return to === undefined ? { from } : { from, to };
}

/** `key=value,key2=value2`. Null: it is none. */
export function readPairs(text: string): Readonly<Record<string, string>> | null {
  const pairs = text
    .split(",")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "");
  if (pairs.some((pair) => pair.indexOf("=") < 1)) return null;
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}

/** What is asked of the API. Null: the form is not filled in so far. */
export function draftOf(search: BackfillSearch, now: number, zone: string): Draft | null {
  const { of: phase, workflow = "", by: step = null, meta, rows = "", only = "missing", newest } = search;
  if (phase === undefined) return null;
  const { from, to = null } = timesOf(search, now, zone);
  const pairs = meta === undefined || meta === "" ? {} : readPairs(meta);
  if (pairs === null) return null;
  const at = phase.indexOf(":");
  return {
    type: at < 0 ? phase : phase.slice(0, at),
    job: at < 0 ? "" : phase.slice(at + 1),
    workflow,
    from,
    to,
    step,
    order: newest === true ? "newest" : "oldest",
    meta: Object.keys(pairs).length === 0 ? null : pairs,
    meta_file: rows,
    only,
  };
}

/** The same as a command. */
export function commandOf(draft: Draft, { active, children, stop }: BackfillSearch): string {
  const { type, job, workflow, from, to, step, order, meta, meta_file: rows, only } = draft;
  const flags: readonly (readonly [string, string | null])[] = [
    ["--from", from],
    ["--to", to],
    ["--by", step],
    ["--workflow", workflow === "" ? null : workflow],
    ["--meta", meta === null ? null : pairsText(meta)],
    ["--meta-file", rows === "" ? null : rows],
    ["--only", only === "missing" ? null : only],
    ["--order", order === "oldest" ? null : order],
    ["--max-active", active === undefined ? null : String(active)],
  ];
  return [
    "flowlord backfill",
    quoted(job === "" ? type : `${type}:${job}`),
    ...flags.flatMap(([flag, value]) => (value === null ? [] : [flag, quoted(value)])),
    ...(children === true ? ["--children"] : []),
    ...(stop === true ? ["--stop-on-failure"] : []),
    "--execute",
  ].join(" ");
}

function pairsText(meta: Readonly<Record<string, string>>): string {
  return Object.entries(meta)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
