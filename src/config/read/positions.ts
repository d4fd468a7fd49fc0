import { foldKey } from "../../core/text/near-name.ts";

/**
 * The lines (1-based) of the keys and headers of a TOML text, by folded path: `bus.intopic`, `worker.1.exec`, and
 * `worker.1` for a header. The parser reports no positions, so this reads the lines; the text is known to be valid. A value
 * in an inline table or under a dotted key has the line where that begins.
 */
export function positionsOf(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const counts = new Map<string, number>();
  let table = "";
  let openQuote: string | null = null;
  let depth = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const startsInside = openQuote !== null || depth > 0;
    if (!startsInside) {
      const header = /^\s*(\[\[?)([^\]]+)\]/.exec(line);
      if (header !== null) {
        const name = foldedPath(header[2] ?? "");
        const count = counts.get(name) ?? 0;
        if (header[1] === "[[") counts.set(name, count + 1);
        table = header[1] === "[[" ? `${name}.${count}` : withIndex(name, counts);
        found.set(table, index + 1);
        continue;
      }
      const key = /^\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_.\- \t]+?)+)\s*=/.exec(line);
      if (key !== null) addPrefixes(found, table, foldedPath(key[1] ?? ""), index + 1);
    }
    ({ openQuote, depth } = after(line, openQuote, depth));
  }
  return found;
}

/** `[worker.env]` belongs to the last `[[worker]]`. */
function withIndex(name: string, counts: ReadonlyMap<string, number>): string {
  const [first = "", ...rest] = name.split(".");
  const count = counts.get(first);
  return count === undefined || rest.length === 0 ? name : [first, count - 1, ...rest].join(".");
}

function addPrefixes(found: Map<string, number>, table: string, path: string, line: number): void {
  let full = table;
  for (const part of path.split(".")) {
    full = full === "" ? part : `${full}.${part}`;
    if (!found.has(full)) found.set(full, line);
  }
}

function foldedPath(path: string): string {
  const parts = path.trim().match(/"[^"]*"|'[^']*'|[^."']+/g) ?? [];
  return parts.map((part) => foldKey(part.trim().replace(/^["']|["']$/g, ""))).join(".");
}

/** Whether the next line begins inside a multi-line text or an open bracket. */
function after(line: string, quote: string | null, depth: number): { openQuote: string | null; depth: number } {
  let openQuote = quote;
  let open = depth;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at];
    if (openQuote !== null) {
      if (char === "\\" && openQuote[0] === '"') at += 1;
      else if (line.startsWith(openQuote, at)) {
        at += openQuote.length - 1;
        openQuote = null;
      }
    } else if (char === "#") break;
    else if (char === '"' || char === "'") {
      openQuote = line.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
      at += openQuote.length - 1;
    } else if (char === "[" || char === "{") open += 1;
    else if (char === "]" || char === "}") open -= 1;
  }
  // A string in single quotes ends on its line; only one in triple quotes goes on.
  return { openQuote: openQuote?.length === 3 ? openQuote : null, depth: open };
}
