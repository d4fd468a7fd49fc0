import { millisText } from "../../contract/time/instant.ts";
import type { WallMs } from "../../contract/time/wall-ms.ts";
import { isoOfWall } from "./wall-ms.ts";
import { zoneOf } from "./zone.ts";

/** A task time with the zone of its phase. */
export interface TaskTime {
  readonly task_time: WallMs | null;
  /** IANA; null when no phase is known: then the config's zone counts. */
  readonly task_zone?: string | null;
}

/** How an instant is written. */
export type InstantText = (ms: number) => string;

/** `task_time` as RFC 3339 with the offset of its zone, and that zone. `zone` is the config's. */
export function isoTaskTime(
  { task_time: time, task_zone: own }: TaskTime,
  zone: string,
): { readonly task_time: string | null; readonly task_zone: string | null } {
  const name = own ?? zone;
  return { task_time: time === null ? null : isoOfWall(time, zoneOf(name)), task_zone: time === null ? null : name };
}

/** Names of fields that are times, in every answer. */
const TIMES: ReadonlySet<string> = new Set(["at", "created", "started", "ended"]);

/** The row with its times (`created`, `…_at`) as RFC 3339. Times within a field stay as they are. `zone` is the config's. */
export function isoTimes(row: object, zone: string, text: InstantText = millisText): object {
  const times = Object.fromEntries(
    Object.entries(row).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === "number" && (TIMES.has(key) || key.endsWith("_at")) ? text(value) : value,
    ]),
  );
  return hasTaskTime(row) ? { ...times, ...isoTaskTime(row, zone) } : times;
}

function hasTaskTime(row: object): row is TaskTime {
  return "task_time" in row;
}
