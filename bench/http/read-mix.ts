import { DAY, HOUR } from "../../src/contract/time/time-units.ts";
import { Chance } from "../seed-database/chance.ts";
import { drawArguments, type Arguments } from "../queries/arguments.ts";

/** What a client asks for. */
export interface Read {
  /** Its times are reported together with those of the others of this name. */
  readonly kind: string;
  readonly path: string;
  /** Of a POST; null: a GET. */
  readonly body: string | null;
}

/** What the targets are for, and the rest. */
export const TARGETS: Readonly<Record<string, number>> = { list: 50, search: 100, summary: 100 };

type Asked = (args: Arguments, chance: Chance) => string | { readonly path: string; readonly body: object };

interface Kind {
  readonly kind: string;
  /** Of a hundred reads. */
  readonly share: number;
  readonly asked: readonly Asked[];
}

const text = encodeURIComponent;
const iso = (at: number): string => text(new Date(at).toISOString());
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const PERIODS = ["hour", "day", "week", "month"] as const;

/** As people use the pages: mostly lists, then searches, then what the pages beside them show. */
const MIX: readonly Kind[] = [
  {
    kind: "list",
    share: 40,
    asked: [
      () => "/api/tasks",
      ({ task: { type } }) => `/api/tasks?type=${text(type)}`,
      ({ task: { type, job } }) => `/api/tasks?type=${text(type)}&job=${text(job)}`,
      () => "/api/tasks?result=error",
      ({ failed: { type } }) => `/api/tasks?type=${text(type)}&result=error`,
      () => "/api/tasks?state=sent",
    ],
  },
  {
    kind: "search",
    share: 20,
    asked: [
      ({ customer }) => search(`meta.customer:${customer}`),
      ({ host }) => search(`msg:"too many connections" ${host}`),
      () => search("rows"),
      ({ task }) => search(/[0-9a-f]{8}/.exec(task.msg)?.[0] ?? `${task.id}`),
      ({ task }) => search(`type:${task.type} created:${day(task.decided_at)}`),
      ({ task }) => search(`id:${task.task_id}`),
      ({ task }) => search(`type:${task.type} run:>10m`),
    ],
  },
  {
    kind: "summary",
    share: 10,
    asked: PERIODS.map(
      (period): Asked =>
        () =>
          `/api/summary?period=${period}&tz=Europe%2FBerlin`,
    ),
  },
  {
    kind: "task",
    share: 15,
    asked: [
      ({ retried }) => `/api/tasks/${retried.id}`,
      ({ retried }) => `/api/tasks/${retried.id}/attempts`,
      ({ task }) => `/api/tasks/${task.id}/why`,
      ({ task }) => `/api/tasks/${task.id}/graph`,
    ],
  },
  {
    kind: "alerts and files",
    share: 10,
    asked: [
      () => "/api/alerts?state=open",
      ({ alert }) => `/api/alerts/${alert.id}`,
      () => "/api/alerts/summary",
      () => "/api/files",
      ({ file }) => `/api/files/${file.id}`,
      () => "/api/notifications",
    ],
  },
  {
    kind: "charts and workflows",
    share: 5,
    asked: [
      ({ task }) => `/api/tasks/facets?type=${text(task.type)}`,
      ({ task }) =>
        `/api/tasks/histogram?type=${text(task.type)}&from=${iso(task.decided_at - DAY)}&until=${iso(task.decided_at + HOUR)}`,
      () => "/api/workflows/graph",
      ({ task }) =>
        `/api/workflows/grid?by=day&limit=10&from=${day(task.decided_at - 8 * DAY)}&to=${day(task.decided_at - 7 * DAY)}`,
      () => "/api/schedule",
      () => "/api/running",
    ],
  },
];

function search(query: string): { readonly path: string; readonly body: object } {
  return { path: "/api/tasks/search", body: { query } };
}

/** So many reads, each of the mix with its share, about tasks, files and alerts of the whole history. */
export function drawReads(database: string, count: number, seed: number): readonly Read[] {
  const chance = new Chance(seed);
  const rounds = drawArguments(database, Math.min(count, 300), seed);
  const whole = MIX.reduce((sum, { share }) => sum + share, 0);
  return Array.from({ length: count }, (_, index): Read => {
    let left = chance.below(whole);
    const found = MIX.find(({ share }) => (left -= share) < 0);
    const args = rounds[index % rounds.length];
    const asked = found?.asked[chance.below(found.asked.length)];
    if (found === undefined || asked === undefined || args === undefined) throw new Error("the mix is empty");
    const what = asked(args, chance);
    return typeof what === "string"
      ? { kind: found.kind, path: what, body: null }
      : { kind: found.kind, path: what.path, body: JSON.stringify(what.body) };
  });
}
