import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

/**
 * What oxlint does not see: circles made of `import type` alone, and the direction of `import()`. Circles of types tie
 * files together as firmly as others do: neither can be read, moved or tested without the other.
 */
const ROOT = join(import.meta.dirname, "../..");

interface Import {
  readonly source: string;
  readonly dynamic: boolean;
}

/** Static and dynamic imports, and re-exports, of one file's text. Comments that look like imports count too. */
function importsOf(text: string): readonly Import[] {
  const statics = [...text.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)"/gm)];
  const dynamics = [...text.matchAll(/\bimport\(\s*"([^"]+)"/g)];
  return [
    ...statics.map(([, source = ""]) => ({ source, dynamic: false })),
    ...dynamics.map(([, source = ""]) => ({ source, dynamic: true })),
  ];
}

/** Each circle of files once, as the list of its files. `graph`: file to the files it imports. */
function circles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push(path.slice(start));
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return found;
}

function sources(): ReadonlyMap<string, readonly Import[]> {
  const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  return new Map(files.map((file) => [join("src", file), importsOf(readFileSync(join(ROOT, "src", file), "utf8"))]));
}

test("a circle of type imports is found, a diamond is none", () => {
  const circle = new Map([
    ["a", ["b", "c"]],
    ["b", ["d"]],
    ["c", ["d", "a"]],
    ["d", []],
  ]);
  assert.deepEqual(circles(circle), [["a", "c"]]);
  assert.deepEqual(
    importsOf(`import type { A } from "./a.ts";\nimport {\n  b,\n} from "./b.ts";\nawait import("./c.ts");`),
    [
      { source: "./a.ts", dynamic: false },
      { source: "./b.ts", dynamic: false },
      { source: "./c.ts", dynamic: true },
    ],
  );
});

test("no files import each other in a circle, not even for types", () => {
  const graph = new Map<string, readonly string[]>();
  for (const [file, imports] of sources()) {
    // `import()` happens later, and is how the command line loads a command only when it is called.
    const local = imports.filter((one) => one.source.startsWith(".") && !one.dynamic);
    graph.set(
      file,
      local.map((one) => join(dirname(file), one.source)),
    );
  }
  assert.deepEqual(circles(graph), []);
});

interface Pattern {
  readonly regex?: string;
  readonly message: string;
}

interface Config {
  readonly overrides: readonly {
    readonly files: readonly string[];
    readonly rules: { readonly "no-restricted-imports"?: readonly [string, { readonly patterns: readonly Pattern[] }] };
  }[];
}

test("dynamic imports keep to the rooms that lint allows static ones", () => {
  const config = JSON.parse(readFileSync(join(ROOT, ".oxlintrc.json"), "utf8")) as Config;
  const broken: string[] = [];
  for (const [file, imports] of sources()) {
    const name = relative(".", file).replaceAll("\\", "/");
    const rules = config.overrides.filter((one) =>
      one.files.some((glob) => name.startsWith(glob.replace(/\*\*$/, ""))),
    );
    const patterns = rules.flatMap((one) => one.rules["no-restricted-imports"]?.[1].patterns ?? []);
    for (const { source } of imports.filter((one) => one.dynamic)) {
      const hit = patterns.find((one) => one.regex !== undefined && new RegExp(one.regex).test(source));
      if (hit !== undefined) broken.push(`${name} imports ${source}: ${hit.message}`);
    }
  }
  assert.deepEqual(broken, []);
});
