import { setImmediate } from "node:timers/promises";
import { DomainError } from "../../contract/domain-error.ts";
import { explainStop, type Stopped } from "../../core/glob/explain-stop.ts";
import { type Alignment, compileGlobOf } from "../../core/glob/glob-align.ts";
import type { GlobLanguage } from "../../core/glob/glob-program.ts";
import { nearestPatterns } from "../../core/glob/near-misses.ts";
import type { FileFilter, FilePage, FileRow } from "../../store/file-queries.ts";
import type { ReadStore } from "../../store/store.ts";
import type { Runtime } from "../context.ts";

export interface PatternQuery {
  readonly language: GlobLanguage;
  readonly pattern: string;
  /** The newest so many events are compared. */
  readonly newest: number;
}

export interface PatternMatches {
  readonly compared: number;
  readonly matched: number;
  /** It ended before: the time was over. */
  readonly cut: boolean;
  /** The newest that match, at most 50. */
  readonly matches: readonly FileRow[];
  /** Of those that do not, the paths that came nearest, best first, at most 10. */
  readonly nearMisses: readonly (Stopped & {
    readonly event: FileRow;
    readonly sentence: string;
    /** The parts of the pattern that matched, and the piece of the path that each consumed. */
    readonly tokens: Alignment["tokens"];
  })[];
}

const ALL_FILES: FileFilter = { matched: null, phase: null, path: null, since: null, until: null };
const MAX_MATCHES = 50;
const MAX_NEAR = 10;
/** How long all of it may take (ms). */
const TIME_MS = 2000;
/** Events of one query, and how many of them are aligned. */
const GROUP = 200;
const ALIGNED = 20;
/** After so many milliseconds the engine goes on with other work. */
const BUSY_MS = 10;
/** Longer paths count as such that do not match: with many stars one of them could take a second. */
const LONGEST_PATH = 2048;

/** Tries a pattern on the newest stored file events. Throws DomainError when it can match nothing. */
export async function matchPattern(
  { language, pattern, newest }: PatternQuery,
  reads: Pick<ReadStore, "files">,
  runtime: Pick<Runtime, "now">,
): Promise<PatternMatches> {
  const glob = compileGlobOf(language, pattern);
  const { matches: fits } = glob;
  if (fits === null)
    throw new DomainError(
      "invalid",
      "bad_pattern",
      `The pattern ${pattern} is malformed and matches nothing: close each bracket, and end with no backslash.`,
    );
  const end = runtime.now() + TIME_MS;
  const matches: FileRow[] = [];
  const near = new Map<string, { event: FileRow; alignment: Alignment }>();
  let compared = 0;
  let matched = 0;
  let before: number | null = null;
  let isOver = false;
  do {
    const page: FilePage = await reads.files.list(ALL_FILES, { limit: Math.min(GROUP, newest - compared), before });
    let aligned = 0;
    let since = runtime.now();
    for (const event of page.events) {
      compared += 1;
      if (event.path.length <= LONGEST_PATH && fits(event.path)) {
        matched += 1;
        if (matches.length < MAX_MATCHES) matches.push(event);
      } else if (aligned < ALIGNED && !near.has(event.path)) {
        aligned += 1;
        const [miss] = nearestPatterns(event.path, [{ of: event, glob }]);
        if (miss !== undefined) near.set(event.path, { event, alignment: miss.alignment });
      }
      const now = runtime.now();
      if (now >= end) {
        isOver = true;
        break;
      }
      if (now - since < BUSY_MS) continue;
      await setImmediate();
      since = runtime.now();
    }
    before = page.next;
  } while (before !== null && compared < newest && !isOver);
  const best = [...near.values()].toSorted((a, b) => b.alignment.met.pattern - a.alignment.met.pattern);
  return {
    compared,
    matched,
    cut: isOver,
    matches,
    nearMisses: best.slice(0, MAX_NEAR).flatMap(({ event, alignment }) => {
      const stopped = stoppedOf(alignment);
      return stopped === null
        ? []
        : [{ ...stopped, tokens: alignment.tokens, event, sentence: explainStop(stopped, event.path) }];
    }),
  };
}

function stoppedOf({ language, pattern, stop }: Alignment): Stopped | null {
  if (stop === null) return null;
  const { reason, pathAt, patternAt, wanted, found } = stop;
  return { language, pattern, reason, path_at: pathAt, pattern_at: patternAt, wanted, found };
}
