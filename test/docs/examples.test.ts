import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { loadConfig } from "../../src/config/load-config.ts";
import { parseTaskMessage } from "../../src/contract/task-message.ts";
import { parseWorkflowFile } from "../../src/core/workflow/workflow-file.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import * as library from "../../src/worker/launch.ts";
import { readReport } from "../../src/worker/report.ts";
import { openBare } from "../store/sqlite/scratch.ts";
import { blocksOf, pagesIn, type Block } from "./page.ts";

/**
 * Fences without a language hold what a terminal shows; those of docs/http.md in JSON, and queries with their grammar, are
 * held by the tests of their pages. Lines for the files of systemd and Prometheus are fragments.
 */
const OTHER = new Set(["", "json", "query", "ebnf", "ini", "yaml"]);
const BLOCKS = [...pagesIn(""), ...pagesIn("buses").map((name) => `buses/${name}`)].flatMap(blocksOf);

function blocks(language: string): readonly Block[] {
  const found = BLOCKS.filter((block) => block.language === language);
  assert.ok(found.length > 0, `no example in ${language}: this test looks for nothing`);
  return found;
}

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "flowlord-docs-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("every example is of a language that a test here reads", () => {
  const read = new Set(["toml", "sh", "sql", "ts", ...OTHER]);
  assert.deepEqual(
    BLOCKS.filter(({ language }) => !read.has(language)),
    [],
  );
});

/** A workflow or a config file: phases are what only the one has. */
for (const [index, { page, text }] of blocks("toml").entries()) {
  test(`the TOML of docs/${page} loads without a word (${index + 1})`, () => {
    if (/^\[\[phase\]\]$/m.test(text)) {
      const { issues, phases } = parseWorkflowFile("docs.toml", text, { zone: "UTC", now: Date.UTC(2026, 5, 1) });
      assert.deepEqual(issues, []);
      assert.ok(phases.length > 0);
    } else {
      const files = { file: "docs.toml", readFile: () => text, env: {}, flags: new Map(), cwd: "/home/me" };
      const { warnings, options } = loadConfig(files);
      assert.deepEqual(warnings, []);
      const { workers, watches, channels, links, heartbeat, bus, tls, oidc, backup, archive } = options;
      const sections = workers.length + watches.length + channels.length + links.length;
      assert.ok(
        sections > 0 ||
          [heartbeat, tls, oidc, backup, archive].some((part) => part !== null) ||
          bus.inKind !== "memory",
      );
    }
  });
}

/** What a shell line leaves, for the reader that the page says it is for. */
const SHELL: Readonly<Record<string, (folder: string) => void>> = {
  "buses/file.md": (folder) => {
    const { type, result } = parseTaskMessage(readFileSync(join(folder, "bus/done.jsonl"), "utf8"));
    assert.deepEqual([type, result], ["clean", "complete"]);
  },
  "workers.md": (folder) => {
    const report = readReport(readFileSync(join(folder, "fd3"), "utf8"));
    assert.deepEqual(report, { outcome: { result: "warn", msg: "3 of 90 rows dropped", meta: { rows: "87" } } });
  },
};

for (const { page, text } of blocks("sh")) {
  test(`the shell line of docs/${page} does what the page says`, (t) => {
    const check = SHELL[page] ?? assert.fail(`say in this test what the shell line of docs/${page} leaves`);
    const folder = scratch(t);
    mkdirSync(join(folder, "bus"));
    const third = openSync(join(folder, "fd3"), "w");
    const { status, stderr } = spawnSync("sh", ["-eu", "-c", text], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe", third],
    });
    assert.deepEqual([status, stderr], [0, ""]);
    check(folder);
  });
}

test("the questions of docs/database.md can be asked", async (t) => {
  const path = join(scratch(t), "tasks.db");
  await (await openStore({ path, now: () => 0, newId: () => "docs" })).close();
  const db = openBare(path);
  t.after(() => db.close());
  for (const { text } of blocks("sql")) {
    for (const query of text.split(/;\s*\n/)) if (query.trim() !== "") db.prepare(query).all();
  }
});

test("the task of docs/workers.md is one", () => {
  const messages = BLOCKS.filter(({ page, language }) => page === "workers.md" && language === "json");
  assert.equal(messages.length, 1);
  for (const { text } of messages) assert.equal(parseTaskMessage(text).job, "hourly");
});

test("what the TypeScript of the docs imports is there", () => {
  for (const { text } of blocks("ts")) {
    const [, names = ""] = /^import \{ (.+) \} from "flowlord\/worker";$/m.exec(text) ?? [];
    for (const name of names.split(", ").filter((name) => name !== "")) assert.ok(name in library, name);
  }
});
