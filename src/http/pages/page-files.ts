import { existsSync, readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";

export interface PageFile {
  /** Absolute. */
  readonly path: string;
  readonly type: string;
  /** Absolute, by content coding; what does not shrink has none. */
  readonly packed: ReadonlyMap<string, string>;
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};
/** In the order in which they are preferred. */
export const CODINGS = ["br", "gzip"] as const;
const ENDINGS = { br: ".br", gzip: ".gz" } as const;

/** The files of the built dashboard by their path below the root of the server, `/assets/index-x1.js`. Empty: it is not built. */
export function pageFiles(folder: string): ReadonlyMap<string, PageFile> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.flatMap((name): [string, PageFile][] => {
    const type = TYPES[/\.([a-z]+)$/.exec(name)?.[1] ?? ""];
    const path = join(folder, name);
    if (type === undefined || !statSync(path).isFile()) return [];
    const packed = CODINGS.filter((coding) => existsSync(path + ENDINGS[coding]));
    const file = { path, type, packed: new Map(packed.map((coding) => [coding, path + ENDINGS[coding]])) };
    return [[`/${name.replaceAll(sep, "/")}`, file]];
  });
  return new Map(files);
}
