import type { ReactElement } from "react";
import { count } from "../../../services/format.ts";
import type { FileFigures, TaskCounts } from "../workflows-queries.ts";

const DAYS = 14;
const DAY = 86_400_000;
const HEIGHT = 14;
/** One failure among thousands is seen. */
const LEAST = 3;
/** From the top down. */
const TROUBLES = ["alert", "error", "warn"] as const;

/** The last days (UTC), the newest at the right: what ended well as a tint, above it the share of what did not; no bar without tasks. */
export function DayStrip({
  days,
  now,
}: {
  readonly days: FileFigures["days"];
  readonly now: number;
}): ReactElement | null {
  if (days === null) return null;
  const byDay = new Map(days.map((one) => [one.day, one]));
  const slot = 100 / DAYS;
  const first = Math.floor(now / DAY) - DAYS + 1;
  const shown = Array.from({ length: DAYS }, (_, at) => {
    const day = new Date((first + at) * DAY).toISOString().slice(0, 10);
    return { day, at, counts: byDay.get(day) };
  });
  const bad = days.filter((counts) => TROUBLES.some((name) => counts[name] > 0)).length;
  return (
    <svg
      role="img"
      aria-label={`Last ${DAYS} days: ${days.length} with tasks, ${bad} with failures or warnings`}
      width="100%"
      height={HEIGHT}
      className="block"
    >
      {shown.map(({ day, at, counts }) => (
        <g key={day}>
          <title>{counts === undefined ? `${day}: no task` : `${day}: ${countsText(counts)}`}</title>
          <rect x={`${at * slot}%`} width={`${slot}%`} height={HEIGHT} fill="transparent" />
          {counts !== undefined && <DayBar counts={counts} x={at * slot} width={slot * 0.78} />}
        </g>
      ))}
    </svg>
  );
}

/** Per cent. */
function DayBar({
  counts,
  x,
  width,
}: {
  readonly counts: TaskCounts;
  readonly x: number;
  readonly width: number;
}): ReactElement {
  const place = { x: `${x}%`, width: `${width}%` };
  const parts = partsOf(counts);
  const last = parts.at(-1);
  const top = last === undefined ? 0 : last.y + last.height;
  return (
    <>
      {top < HEIGHT && (
        <g data-status="complete">
          <rect {...place} y={top} height={HEIGHT - top} fill="color-mix(in srgb, var(--mark) 33%, var(--surface))" />
          {top === 0 && <rect {...place} height="1.5" fill="var(--mark)" />}
        </g>
      )}
      {parts.map(({ name, y, height }) => (
        <rect key={name} {...place} data-status={name} y={y} height={height} fill="var(--mark)" />
      ))}
    </>
  );
}

interface Part {
  readonly name: (typeof TROUBLES)[number];
  readonly y: number;
  readonly height: number;
}

function partsOf(counts: TaskCounts): readonly Part[] {
  const parts: Part[] = [];
  let y = 0;
  for (const name of TROUBLES) {
    if (counts[name] === 0) continue;
    const height = Math.min(HEIGHT - y, Math.max(LEAST, (counts[name] / counts.total) * HEIGHT));
    parts.push({ name, y, height });
    y += height;
  }
  return parts;
}

/** `1,204 tasks: 1,200 complete, 4 error`. */
export function countsText(counts: TaskCounts): string {
  const parts = (["complete", "warn", "error", "alert", "cancelled"] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => `${count(counts[name])} ${name}`);
  const tasks = `${count(counts.total)} task${counts.total === 1 ? "" : "s"}`;
  return parts.length === 0 ? tasks : `${tasks}: ${parts.join(", ")}`;
}
