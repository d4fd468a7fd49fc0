import type { Scope } from "../../contract/api/access/scope.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { digitsOf, type WallMs, wallOf } from "../../contract/time/wall-ms.ts";
import { instantOnWall, midnightOf, wallAt } from "../../core/time/wall-ms.ts";
import { isZone, type Zone, zoneOf } from "../../core/time/zone.ts";
import type { AlertDay } from "../../store/alert-store.ts";
import type { ReadStore } from "../../store/store.ts";
import type { Runtime } from "../context.ts";

/** Days as `2026-01-31`. */
export interface AlertDaysQuery {
  readonly from: string | null;
  readonly to: string | null;
  readonly zone: string | null;
  /** Only alerts in it; default: all. */
  readonly scope?: Scope | null;
}

export interface AlertDays {
  readonly zone: string;
  readonly days: readonly (AlertDay & { readonly day: string })[];
}

const STANDARD_DAYS = 30;
const MAX_DAYS = 92;

/** How many alerts began on each day, as the clocks of a zone have it. Throws DomainError for a zone or span that is none. */
export async function alertDays(
  query: AlertDaysQuery,
  reads: Pick<ReadStore, "alerts">,
  runtime: Pick<Runtime, "now" | "zone">,
): Promise<AlertDays> {
  const name = query.zone ?? runtime.zone;
  if (!isZone(name))
    throw new DomainError(
      "invalid",
      "unknown_zone",
      `"${name}" is not a time zone: write it as in Europe/Berlin or UTC.`,
    );
  const zone = zoneOf(name);
  const last = query.to === null ? midnightOf(wallAt(runtime.now(), zone)) : dayOf(query.to);
  const first = query.from === null ? later(last, -STANDARD_DAYS) : dayOf(query.from);
  const count = (digitsOf(last) - digitsOf(first)) / DAY + 1;
  if (count < 1 || count > MAX_DAYS)
    throw new DomainError(
      "invalid",
      "day_span",
      `The last day must not be before the first, and at most ${MAX_DAYS} days are counted at once.`,
    );
  const days = Array.from({ length: count }, (_, index) => later(first, index));
  const bounds = [...days, later(last, 1)].map((day) => beginOf(day, zone));
  const counts = await reads.alerts.days(bounds, query.scope ?? null);
  return { zone: name, days: counts.map((one, index) => ({ day: textOf(days[index] ?? first), ...one })) };
}

function dayOf(text: string): WallMs {
  return wallOf(Date.parse(`${text}T00:00:00Z`));
}

function later(day: WallMs, days: number): WallMs {
  return wallOf(digitsOf(day) + days * DAY);
}

function beginOf(day: WallMs, zone: Zone): number {
  return instantOnWall(day, zone);
}

function textOf(day: WallMs): string {
  return new Date(digitsOf(day)).toISOString().slice(0, 10);
}
