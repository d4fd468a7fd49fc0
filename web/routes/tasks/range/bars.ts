import type { Bar } from "../../../components/time-bars.tsx";
import type { Status } from "../../../components/mark.tsx";
import { fromWall, toWall } from "../../../services/time/zone.ts";
import { DAY, HOUR, MINUTE } from "../../../../src/contract/time/time-units.ts";
import type { Buckets } from "../tasks-queries.ts";
import type { Drawn } from "./range.ts";

type Bucket = Buckets[number];

/** From the axis up. A result that nobody knows counts as an error, as it does in a list. */
export const PARTS: readonly { readonly status: Status; readonly of: (bucket: Bucket) => number }[] = [
  { status: "complete", of: ({ complete }) => complete },
  { status: "running", of: ({ unfinished }) => unfinished },
  { status: "cancelled", of: ({ cancelled }) => cancelled },
  { status: "warn", of: ({ warn }) => warn },
  { status: "error", of: ({ error, unknown }) => error + unknown },
  { status: "alert", of: ({ alert }) => alert },
];

const MOST_BARS = 72;
const MINUTES = [1, 2, 5, 10, 15, 30];

/** A bar for each step of the axis, empty ones too: an hour without tasks keeps its place. */
export function barsOf(buckets: Buckets, { from, until, by }: Drawn, zone: string): readonly Bar[] {
  const minutes = MINUTES.find((each) => (until - from) / (each * MINUTE) <= MOST_BARS) ?? 60;
  const step = by === "minute" ? minutes * MINUTE : by === "hour" ? HOUR : DAY;
  const starts: number[] = [];
  // By the clocks of the zone: a day of 23 hours is one day.
  for (let wall = Math.floor(toWall(from, zone) / step) * step; starts.length < 2000; wall += step) {
    const at = by === "day" ? fromWall(wall, zone) : from + (wall - toWall(from, zone));
    if (at >= until) break;
    starts.push(at);
  }
  let next = 0;
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? until;
    const own: Bucket[] = [];
    for (let bucket = buckets[next]; bucket !== undefined && Date.parse(bucket.at) < end; bucket = buckets[++next])
      own.push(bucket);
    const parts = PARTS.map(({ status, of }) => ({ status, count: own.reduce((sum, each) => sum + of(each), 0) }));
    return { from: Math.max(start, from), until: end, parts };
  });
}
