import type { SegmentName } from "./segment-key.ts";

/** Which segments go on from a backup. */
export interface SegmentRange {
  readonly epoch: string;
  /** Everything that they had up to this number was committed before the backup's copy was taken. */
  readonly after: number;
  /** Everything that is in the copy is in them up to this number. */
  readonly through: number;
}

/** The backup alone is a whole database too: `segments` is then empty. */
export interface SegmentPlan<Segment extends SegmentName = SegmentName> {
  /** In their order. */
  readonly segments: readonly Segment[];
  /** Why the rest cannot follow on them; null: it is all. */
  readonly problem: string | null;
}

/**
 * The segments that bring a backup to a moment; null: to the last there is. Pages of a backup may be newer than those of a
 * segment that follows `after`, so either all up to `through` are taken, or none.
 */
export function planSegments<Segment extends SegmentName>(
  found: readonly Segment[],
  { epoch, after, through }: SegmentRange,
  at: number | null,
): SegmentPlan<Segment> {
  const wanted = found
    .filter((each) => each.epoch === epoch && each.number > after && (at === null || each.at <= at))
    .toSorted((a, b) => a.number - b.number || a.at - b.at);
  const segments: Segment[] = [];
  let problem: string | null = null;
  for (const each of wanted) {
    const next = after + segments.length + 1;
    if (each.number === next) {
      segments.push(each);
      continue;
    }
    problem =
      each.number > next
        ? `segment ${next} of ${epoch} is not there, but later ones are`
        : `there are two segments ${each.number} of ${epoch}: a copy of the instance has made one of them`;
    // Neither can be told to be the right one.
    if (each.number < next) segments.pop();
    break;
  }
  const isEnough = (segments.at(-1)?.number ?? after) >= through;
  return { segments: isEnough ? segments : [], problem };
}
