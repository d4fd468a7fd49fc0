/** `same`: the letters of the pattern themselves; `took`: what a wildcard took; `stop`: where they part; `rest`: what was not compared. */
export interface Piece {
  readonly kind: "same" | "took" | "stop" | "rest";
  /** Of the path; empty: it had ended. */
  readonly found: string;
  /** Of the pattern, that stands below. */
  readonly wanted: string;
}

/** A pattern aligned with a path, as the API answers it. */
export interface Alignment {
  readonly pattern: string;
  readonly tokens: readonly { readonly kind: string; readonly pattern: string; readonly took: string }[];
  readonly path_at: number;
  readonly pattern_at: number;
}

/** Path and pattern in pairs that belong above each other. Letters that agree are cut behind each slash, where they may wrap. */
export function piecesOf(
  path: string,
  { pattern, tokens, path_at: pathAt, pattern_at: patternAt }: Alignment,
): Piece[] {
  const agreed = tokens.flatMap(({ kind, pattern: wanted, took }): Piece[] =>
    kind === "literal" && took === wanted
      ? folders(took).map((part) => ({ kind: "same", found: part, wanted: part }))
      : [{ kind: kind === "literal" ? "same" : "took", found: took, wanted }],
  );
  const [found, wanted] = [path.slice(pathAt), pattern.slice(patternAt)];
  const [foundEnd, wantedEnd] = [partLength(found), partLength(wanted)];
  const rest: Piece = { kind: "rest", found: found.slice(foundEnd), wanted: wanted.slice(wantedEnd) };
  return [
    ...agreed,
    { kind: "stop", found: found.slice(0, foundEnd), wanted: wanted.slice(0, wantedEnd) },
    ...(rest.found === "" && rest.wanted === "" ? [] : [rest]),
  ];
}

function folders(text: string): readonly string[] {
  return text.match(/[^/]*\/+|[^/]+$/g) ?? [];
}

/** Up to the next slash; a slash itself is a part. */
function partLength(text: string): number {
  const slash = text.indexOf("/");
  if (slash === 0) return 1;
  return slash < 0 ? text.length : slash;
}

/** The sentence of the server and where it stopped: its positions stand behind it in brackets. */
export function stoppedText(sentence: string): { readonly where: string; readonly why: string } {
  const at = /^(.*) \(character (\d+) of the path, \d+ of the pattern\)$/s.exec(sentence);
  const where = at === null ? "Not matched" : `Stopped at character ${at[2] ?? ""} of the path`;
  return { where, why: at?.[1] ?? sentence };
}
