export type TokenKind = "comment" | "header" | "key" | "string" | "value" | "plain";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** A header fills its line; an array inside of a value has commas or quotes. */
const HEADER = /^(\s*)(\[\[?[^[\]"',]*\]\]?)(\s*)(#.*)?$/;
const PIECE =
  /(?<comment>#.*)|(?<long>"""|''')|(?<key>(?:[\w-]+|"[^"\\]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"\\]*"|'[^']*'))*(?=\s*=))|(?<string>"(?:[^"\\]|\\.)*"?|'[^']*'?)|(?<value>[\w+-][\w.:+-]*)|(?<plain>\s+|.)/gy;

/** The lines of a TOML text in pieces of one colour each. What is not TOML stays as it is. */
export function tomlLines(text: string): readonly (readonly Token[])[] {
  /** The quotes of the string that goes on over lines; null: none does. */
  let open: string | null = null;
  return text.split("\n").map((line) => {
    const tokens: Token[] = [];
    const add = (kind: TokenKind, piece: string): void => {
      if (piece !== "") tokens.push({ kind, text: piece });
    };
    let at = 0;
    const header = open === null ? HEADER.exec(line) : null;
    if (header !== null) {
      const [, indent = "", name = "", gap = "", comment = ""] = header;
      add("plain", indent);
      add("header", name);
      add("plain", gap);
      add("comment", comment);
      return tokens;
    }
    while (at < line.length) {
      if (open !== null) {
        const end: number = line.indexOf(open, at);
        const until = end < 0 ? line.length : end + open.length;
        add("string", line.slice(at, until));
        if (end >= 0) open = null;
        at = until;
        continue;
      }
      PIECE.lastIndex = at;
      const found = PIECE.exec(line);
      if (found === null) break;
      const [piece] = found;
      at = PIECE.lastIndex;
      const kind = Object.entries(found.groups ?? {}).find(([, value]) => value !== undefined)?.[0] ?? "plain";
      if (kind === "long") {
        open = piece;
        add("string", piece);
      } else add(kind as TokenKind, piece);
    }
    return tokens;
  });
}
