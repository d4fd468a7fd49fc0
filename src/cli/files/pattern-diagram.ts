import { explainStop, type Stopped } from "../../core/glob/explain-stop.ts";
import { columnsOf, padded } from "../output/columns.ts";
import type { Paint } from "../output/paint.ts";
import { printable } from "../../contract/printable.ts";

/** A path and a pattern, aligned now or read from the database. */
export interface Aligned {
  readonly pattern: string;
  readonly tokens: readonly { readonly pattern: string; readonly took: string }[];
  /** Null: they match. */
  readonly stopped: Stopped | null;
}

/**
 * The path above the pattern, each part of the pattern below the text it matched; then a mark below the first letter
 * that does not match, and the reason.
 */
export function patternDiagram(path: string, { pattern, tokens, stopped }: Aligned, paint: Paint): readonly string[] {
  const columns = tokens.map((token) => {
    const [took, part] = [printable(token.took), printable(token.pattern)];
    const width = Math.max(columnsOf(took), columnsOf(part));
    return { took: padded(took, width), part: padded(part, width), width };
  });
  const at = columns.reduce((sum, column) => sum + column.width, 0);
  const restOfPath = stopped === null ? "" : printable(path.slice(stopped.path_at));
  const restOfPattern = stopped === null ? "" : printable(pattern.slice(stopped.pattern_at));
  const tookText = columns.map(({ took }) => took).join("");
  const partText = columns.map(({ part }) => part).join("");
  const lines = [
    `path     ${paint.green(tookText)}${paint.red(restOfPath)}`.trimEnd(),
    `pattern  ${paint.green(partText)}${paint.red(restOfPattern)}`.trimEnd(),
  ];
  if (stopped === null) return lines;
  return [...lines, `         ${" ".repeat(at)}^`, printable(explainStop(stopped, path))];
}
