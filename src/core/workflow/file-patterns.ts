import { compileGlobOf, type Glob } from "../glob/glob-align.ts";
import { type NearMiss, nearestPatterns } from "../glob/near-misses.ts";
import type { Phase, WorkflowGraph } from "./phase.ts";

/** Patterns are compiled once per phase; a reload makes new phases and so new patterns. */
const compiled = new WeakMap<Phase, readonly Glob[]>();

/** The patterns of a phase that waits for files: `files`, `files_glob` or both. */
export function globsOf(phase: Phase): readonly Glob[] {
  let globs = compiled.get(phase);
  if (globs === undefined) {
    const { files, filesGlob } = phase.rule;
    const both: Glob[] = [];
    if (files !== null && files !== "") both.push(compileGlobOf("files", files));
    if (filesGlob !== null && filesGlob !== "") both.push(compileGlobOf("files_glob", filesGlob));
    globs = both;
    compiled.set(phase, globs);
  }
  return globs;
}

/** In the order of the graph: by workflow, then by task. */
export function matchingPhases(path: string, graph: WorkflowGraph): readonly Phase[] {
  return graph.waitingForFiles.filter((phase) => globsOf(phase).some((glob) => glob.matches?.(path) ?? false));
}

/** The patterns that came nearest to a path that matches none of them, best first. */
export function nearestPhases(path: string, phases: Iterable<Phase>): readonly NearMiss<Phase>[] {
  return nearestPatterns(path, patternsOf(phases));
}

function* patternsOf(phases: Iterable<Phase>): Generator<{ of: Phase; glob: Glob }> {
  for (const phase of phases) for (const glob of globsOf(phase)) yield { of: phase, glob };
}
