import { align, type Alignment } from "../glob/glob-align.ts";
import { globsOf, matchingPhases, nearestPhases } from "../workflow/file-patterns.ts";
import { buildGraph } from "../workflow/graph.ts";
import type { Phase } from "../workflow/phase.ts";

/** A phase, with its pattern aligned to a path; in the spelling of the JSON. */
export interface FileVerdict {
  readonly task: string;
  readonly workflow: string;
  readonly language: string;
  readonly pattern: string;
  readonly tokens: readonly { readonly kind: string; readonly pattern: string; readonly took: string }[];
  /** Null: they match. */
  readonly stopped: {
    readonly language: Alignment["language"];
    readonly pattern: string;
    readonly reason: string;
    readonly path_at: number;
    readonly pattern_at: number;
    readonly wanted: string;
    readonly found: string;
  } | null;
}

/** The phases that a path matches; where there is none, those whose patterns come nearest. */
export function fileVerdicts(
  path: string,
  phases: readonly Phase[],
): { readonly matches: readonly FileVerdict[]; readonly near_misses: readonly FileVerdict[] } {
  const graph = buildGraph([{ name: "", phases }]);
  const matching = new Set(matchingPhases(path, graph));
  // In the order of the workflow files.
  const matches = phases
    .filter((phase) => matching.has(phase))
    .flatMap((phase) =>
      globsOf(phase)
        .filter((glob) => glob.matches?.(path) ?? false)
        .slice(0, 1)
        .map((glob) => verdict(phase, align(glob, path, true))),
    );
  const near = matches.length > 0 ? [] : nearestPhases(path, phases);
  return { matches, near_misses: near.map(({ of, alignment }) => verdict(of, alignment)) };
}

function verdict({ task, workflow }: Phase, { pattern, language, tokens, stop }: Alignment): FileVerdict {
  if (stop === null) return { task, workflow, language, pattern, tokens, stopped: null };
  const { reason, pathAt, patternAt, wanted, found } = stop;
  const stopped = { language, pattern, reason, path_at: pathAt, pattern_at: patternAt, wanted, found };
  return { task, workflow, language, pattern, tokens, stopped };
}
