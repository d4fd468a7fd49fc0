import { toWall } from "../../services/time/zone.ts";
import type { Status } from "../../components/mark.tsx";
import { count } from "../../services/format.ts";
import type { Backfill } from "./backfill-queries.ts";

const STATUS: Readonly<Record<Backfill["state"], Status>> = {
  running: "running",
  paused: "waiting",
  cancelled: "cancelled",
  finished: "complete",
};

/** What failed wants a person, also of one that is finished. */
export function statusOf({ state, failed }: Pick<Backfill, "state" | "failed">): Status {
  return state === "finished" && failed > 0 ? "error" : STATUS[state];
}

export function nameOf({ type, job }: Pick<Backfill, "type" | "job">): string {
  return job === "" ? type : `${type}:${job}`;
}

/** `2026-01-05T00 – 2026-01-12T23`, by the clock of the phase; days where its ends are days. */
export function spanText({ from, to, zone, step }: Pick<Backfill, "from" | "to" | "zone" | "step">): string {
  const [first, last] = [from, to].map((time) => new Date(toWall(Date.parse(time), zone)).toISOString());
  if (first === undefined || last === undefined) return "";
  const isDays = step !== "hour" && first.slice(11, 16) === "00:00" && last.slice(11, 16) === "23:59";
  const text = (time: string): string => time.slice(0, isDays ? 10 : 13);
  return text(first) === text(last) ? text(first) : `${text(first)} – ${text(last)}`;
}

/** Slots that are ended. */
export function doneOf({ complete, failed, cancelled }: Pick<Backfill, "complete" | "failed" | "cancelled">): number {
  return complete + failed + cancelled;
}

export function slotsText(slots: number): string {
  return slots === 1 ? "1 slot" : `${count(slots)} slots`;
}
