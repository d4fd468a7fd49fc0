import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

/** A newcomer finds a file by its folder and reads it in one go: so folders and files stay small. */
const ROOT = join(import.meta.dirname, "../..");
const FILES_MAX = 20;
const SOURCE_LINES_MAX = 400;
const TEST_LINES_MAX = 600;
const MEDIAN_LINES_MAX = 120;
/** Recorded answers of the older program: as many as were recorded. */
const RECORDED = "test/vectors/";
/** Folders of the tests that stand for no folder of `src/`. */
const TESTS_ONLY: ReadonlySet<string> = new Set([
  "engine/rig",
  "http/idle",
  // The routes of one resource each, by their addresses.
  "http/api/backfills",
  "http/api/tasks",
  "http/api/workflows",
]);

/** All files below a folder, as paths from the root with slashes. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(ROOT.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter((file) => !file.startsWith(RECORDED));
}

function linesOf(file: string): number {
  return readFileSync(join(ROOT, file), "utf8").split("\n").length - 1;
}

/** Folders with more files than they may have, each with its count. */
function crowded(files: readonly string[]): readonly string[] {
  return [...Map.groupBy(files, dirname)]
    .filter(([, inside]) => inside.length > FILES_MAX)
    .map(([folder, inside]) => `${folder}: ${inside.length} files`);
}

/** Folders of tests below a folder that `src/` has too, for which `src/` has no folder. Both without `test/` and `src/`. */
function strays(tests: ReadonlySet<string>, sources: ReadonlySet<string>): readonly string[] {
  return [...tests].filter((folder) => {
    const [room = ""] = folder.split("/");
    return sources.has(room) && !sources.has(folder) && !TESTS_ONLY.has(folder);
  });
}

/** The folders below a folder, also those that hold folders only. */
function foldersBelow(folder: string): ReadonlySet<string> {
  const found = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return new Set(
    found
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(ROOT, folder).length + 1))
      .map((path) => path.replaceAll("\\", "/")),
  );
}

const sources = filesBelow("src");

test("a crowded folder is found, and a folder of tests that mirrors nothing", () => {
  const many = Array.from({ length: FILES_MAX + 1 }, (_, n) => `src/bus/${n}.ts`);
  assert.deepEqual(crowded([...many, "src/a.ts"]), ["src/bus: 21 files"]);
  const folders = new Set(["bus", "bus/nsq", "engine"]);
  const tests = new Set(["bus", "bus/nsq", "bus/nsk", "engine/rig", "docs", "docs/deep"]);
  assert.deepEqual(strays(tests, folders), ["bus/nsk"]);
});

test("no folder holds more than twenty files", () => {
  const all = [...sources, ...["test", "bench", "scripts", "web"].flatMap(filesBelow)];
  assert.ok(all.length > 500);
  assert.deepEqual(crowded(all), []);
});

test("no file lies loose in src", () => {
  assert.deepEqual(
    sources.filter((file) => dirname(file) === "src"),
    [],
  );
});

test("no file is too long to be read, and most are short", () => {
  const pages = filesBelow("web").filter((file) => /\.tsx?$/.test(file));
  const lengths = [...sources, ...pages].map((file) => ({ file, lines: linesOf(file) }));
  const tests = filesBelow("test")
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => ({ file, lines: linesOf(file) }));
  assert.deepEqual(
    lengths.filter(({ lines }) => lines > SOURCE_LINES_MAX),
    [],
  );
  assert.deepEqual(
    tests.filter(({ lines }) => lines > TEST_LINES_MAX),
    [],
  );
  const sorted = lengths.map(({ lines }) => lines).toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  assert.ok(median !== undefined && median <= MEDIAN_LINES_MAX, `the median is ${median} lines`);
});

test("the folders of the tests mirror those of the sources", () => {
  assert.deepEqual(strays(foldersBelow("test"), foldersBelow("src")), []);
});
