import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const DOCS = join(import.meta.dirname, "../../docs");

/** Names of the pages in a folder of docs/, by the alphabet. */
export function pagesIn(folder: string): readonly string[] {
  return readdirSync(join(DOCS, folder))
    .filter((name) => name.endsWith(".md"))
    .toSorted();
}

export function pageText(name: string): string {
  return readFileSync(join(DOCS, name), "utf8");
}

export interface Block {
  readonly page: string;
  /** `toml`, `sh` …; empty where the fence names none. */
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  return [...pageText(page).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
    page,
    language,
    text,
  }));
}

/** What stands below a heading, up to the next one of any depth. */
export function sectionOf(page: string, heading: string): string {
  const parts = pageText(page).split(/^#+ /m);
  const found = parts.find((part) => part.startsWith(`${heading}\n`));
  if (found === undefined) throw new Error(`docs/${page} has no heading "${heading}"`);
  return found;
}

/** The cells of the first table of a text, without its head; backticks stay, escaped bars are bars. */
export function rowsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split("\n");
  const head = lines.findIndex((line) => /^\| *-/.test(line));
  if (head < 0) return [];
  const rest = lines.slice(head + 1);
  const end = rest.findIndex((line) => !line.startsWith("|"));
  return rest.slice(0, end < 0 ? rest.length : end).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll(String.raw`\|`, "|")),
  );
}

/** A cell that is one word in backticks, without them. */
export function bare(cell: string | undefined): string {
  return (cell ?? "").replace(/^`([^`]*)`$/, "$1");
}
