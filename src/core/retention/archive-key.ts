import { DAY } from "../../contract/time/time-units.ts";

/** The names of archived files: `task_records/instance=<id>/day=2026-01-31/101-2000.parquet`. */
export interface ArchiveKey {
  readonly table: string;
  /** Several instances may use one archive. */
  readonly instance: string;
  /** UTC, as in `2026-01-31`. */
  readonly day: string;
  /** The lowest and the highest id in it. */
  readonly first: number;
  readonly last: number;
  /** 1, or more where there is a file of the same range with other rows. */
  readonly copy: number;
}

const KEY =
  /^(?<table>[a-z_]+)\/instance=(?<instance>[0-9A-Za-z-]+)\/day=(?<day>\d{4}-\d\d-\d\d)\/(?<first>-?\d+)-(?<last>-?\d+)(?:\.(?<copy>\d+))?\.parquet$/;

/** Of the folder of a day. */
export function archivePrefix({ table, instance, day }: Pick<ArchiveKey, "table" | "instance" | "day">): string {
  return `${table}/instance=${instance}/day=${day}/`;
}

export function archiveKey(key: ArchiveKey): string {
  return `${archivePrefix(key)}${key.first}-${key.last}${key.copy === 1 ? "" : `.${key.copy}`}.parquet`;
}

/** Null for what is no archived file. */
export function readArchiveKey(text: string): ArchiveKey | null {
  const found = KEY.exec(text)?.groups;
  if (found === undefined) return null;
  const { table = "", instance = "", day = "", first, last, copy = "1" } = found;
  return { table, instance, day, first: Number(first), last: Number(last), copy: Number(copy) };
}

const FIRST_DAY = Date.UTC(1970, 0, 1);
const LAST_DAY = Date.UTC(9999, 11, 31);

/** Of a moment (ms), in UTC; what a wrong clock wrote beyond the years that readers know is in the first or the last of them. */
export function archiveDay(at: number): string {
  const bounded = Math.min(LAST_DAY, Math.max(FIRST_DAY, at));
  return new Date(Math.floor(bounded / DAY) * DAY).toISOString().slice(0, 10);
}
