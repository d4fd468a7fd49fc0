import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";

const ROOT = join(import.meta.dirname, "../..");

interface Plant {
  readonly file: string;
  readonly text: string;
  /** The rule that must refuse it, as oxlint names it; null when it is allowed. */
  readonly rule: string | null;
  /** Part of the sentence that the refusal carries. */
  readonly says?: string;
}

const RESTRICTED = "eslint(no-restricted-imports)";

/** An import of `source` for its effect on the rules only: nothing of the scratch copy is ever run. */
function value(source: string): string {
  return `import { thing } from "${source}";\nexport const used = thing;\n`;
}

function typeOnly(source: string): string {
  return `import type { Thing } from "${source}";\nexport type Used = Thing;\n`;
}

function refused(file: string, text: string, says: string, rule = RESTRICTED): Plant {
  return { file, text, rule, says };
}

function allowed(file: string, text: string): Plant {
  return { file, text, rule: null };
}

const PLANTS: readonly Plant[] = [
  refused("src/contract/a.ts", typeOnly("../core/phase.ts"), "contract imports no other"),
  refused("src/contract/b.ts", value("node:path"), "nothing of Node"),
  refused(
    "src/contract/c.ts",
    "export const at = Date.now();\n",
    "`now` is an argument",
    "eslint(no-restricted-properties)",
  ),
  refused("src/core/a.ts", typeOnly("../store/store.ts"), "core imports contract alone"),
  refused("src/core/deep/b.ts", value("../../bus/memory.ts"), "core imports contract alone"),
  refused("src/core/c.ts", value("node:fs"), "nothing of Node"),
  refused("src/core/d.ts", "export const at = Math.random();\n", "`random` is", "eslint(no-restricted-properties)"),
  refused(
    "src/core/e.ts",
    "export const zone = process.env.TZ;\n",
    "come as arguments",
    "eslint(no-restricted-globals)",
  ),
  refused("src/store/a.ts", typeOnly("../engine/handle-done.ts"), "store imports contract"),
  refused("src/store/sqlite/a.ts", typeOnly("../../bus/bus.ts"), "store imports contract"),
  refused("src/store/sqlite/b.ts", value("../../core/meta.ts"), "only types from core"),
  refused("src/store/c.ts", value("better-sqlite3"), "Only src/store/sqlite"),
  refused("src/bus/a.ts", typeOnly("../core/phase.ts"), "import contract alone"),
  refused("src/objects/a.ts", typeOnly("../store/store.ts"), "import contract alone"),
  refused("src/notify/a.ts", value("../engine/raise-alerts.ts"), "import contract alone"),
  refused("src/task-logs/a.ts", typeOnly("../store/store.ts"), "task-logs imports contract alone"),
  refused("src/services/e.ts", value("../task-logs/find-logs.ts"), "services import engine"),
  refused("src/engine/a.ts", typeOnly("../services/ticker.ts"), "engine imports core, contract"),
  refused("src/engine/b.ts", value("../store/store.ts"), "A port is a type"),
  refused("src/engine/c.ts", typeOnly("../store/sqlite/open.ts"), "not the adapter"),
  refused("src/engine/alerts/e.ts", typeOnly("../../bus/nsq/wire/frames.ts"), "not the adapter"),
  refused("src/engine/f.ts", typeOnly("../notify/email.ts"), "not the adapter"),
  refused("src/engine/g.ts", typeOnly("../objects/any.ts"), "not the adapter"),
  refused("src/services/a.ts", typeOnly("../http/app.ts"), "services import engine"),
  refused("src/services/b.ts", value("../core/cron.ts"), "only types from core"),
  refused("src/services/c.ts", value("../bus/bus.ts"), "A port is a type"),
  refused("src/services/d.ts", value("../bus/memory.ts"), "not the adapter"),
  refused("src/services/f.ts", typeOnly("../objects/buckets/s3-bucket.ts"), "not the adapter"),
  refused("src/http/a.ts", value("../core/cron.ts"), "http imports engine"),
  refused("src/http/routes/b.ts", value("../../store/store.ts"), "A port is a type"),
  refused("src/http/c.ts", value("../store/sqlite/open.ts"), "not the adapter"),
  refused("src/worker/a.ts", value("../engine/handle-done.ts"), "worker imports bus"),
  refused("src/worker/b.ts", value("../core/on-done.ts"), "pure codecs"),
  refused("src/config/a.ts", value("../engine/handle-done.ts"), "config imports contract and core"),
  refused("src/engine/d.ts", value("../app/offline.ts"), "engine imports core, contract"),
  refused("src/cli/a.ts", value("../engine/handle-done.ts"), "cli imports app"),
  refused("src/cli/tasks/b.ts", value("../../store/sqlite/open.ts"), "cli imports app"),
  refused("src/cli/c.ts", typeOnly("../store/sqlite/read/questions.ts"), "cli imports app"),
  refused("web/routes/a.ts", value("../../src/core/cron/cron.ts"), "web imports contract alone"),
  refused("scripts/a.ts", value("better-sqlite3"), "Only src/store/sqlite"),
  refused(
    "src/bus/circle.ts",
    `export { b as c } from "./square.ts";\nexport const a = 1;\n`,
    "Dependency cycle",
    "import(no-cycle)",
  ),
  refused(
    "src/bus/square.ts",
    `import { a } from "./circle.ts";\nexport const b = a;\n`,
    "Dependency cycle",
    "import(no-cycle)",
  ),
  refused(
    "src/bus/late.ts",
    "async function f() {}\nexport function g() {\n  f();\n}\n",
    "",
    "typescript(no-floating-promises)",
  ),

  allowed("src/core/fine.ts", typeOnly("../contract/task-message.ts")),
  allowed("src/core/deep/fine.ts", typeOnly("../phase.ts")),
  allowed("src/store/fine.ts", typeOnly("../core/phase.ts")),
  allowed("src/store/sqlite/fine-too.ts", value("../../core/stats/histogram.ts")),
  allowed("src/store/sqlite/fine-as-well.ts", value("../../core/time/wall-ms.ts") + value("../../core/time/zone.ts")),
  allowed("src/store/sqlite/fine.ts", value("better-sqlite3")),
  allowed("src/bus/fine.ts", typeOnly("../contract/task-message.ts")),
  allowed("src/engine/fine.ts", typeOnly("../store/store.ts") + value("../core/meta.ts")),
  allowed("src/services/fine.ts", typeOnly("../core/phase.ts") + value("../engine/fire-ticks.ts")),
  allowed("src/http/fine.ts", typeOnly("../store/store.ts") + value("../engine/backfill.ts")),
  allowed(
    "src/engine/ports.ts",
    ["store/store", "store/file-questions", "bus/bus", "objects/objects", "notify/notify"]
      .map((port, index) => `export type { Thing as Thing${index} } from "../${port}.ts";\n`)
      .join(""),
  ),
  allowed("src/services/ports.ts", typeOnly("../bus/bus.ts")),
  allowed("src/services/buckets.ts", typeOnly("../objects/buckets/bucket.ts")),
  allowed("src/worker/names.ts", value("../task-logs/log-name.ts")),
  allowed("src/cli/logs.ts", value("../task-logs/find-logs.ts")),
  allowed("src/worker/fine.ts", value("../core/task/meta.ts")),
  allowed("src/worker/ports.ts", typeOnly("../bus/bus.ts")),
  allowed("src/cli/fine.ts", value("../app/serve.ts") + typeOnly("../core/phase.ts")),
  allowed("src/cli/reads.ts", typeOnly("../store/store.ts")),
  allowed("src/app/fine.ts", value("../store/sqlite/open.ts") + typeOnly("../bus/memory.ts")),
  allowed("web/fine.ts", typeOnly("../src/contract/task-message.ts")),
];

interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly help?: string;
  readonly filename: string;
}

/** Rules that say how the house hangs together; what else lint refuses is `npm run lint`'s to say. */
const HOUSE_RULES = [
  RESTRICTED,
  "eslint(no-restricted-properties)",
  "eslint(no-restricted-globals)",
  "import(no-cycle)",
];

function lint(folder: string): readonly Diagnostic[] {
  const cli = join(ROOT, "node_modules/oxlint/bin/oxlint");
  const args = [cli, "-f", "json", ...["src", "web", "scripts"].filter((part) => existsSync(join(folder, part)))];
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 });
  const report: unknown = JSON.parse(run.stdout || `{"failed":${JSON.stringify(run.stderr)}}`);
  assert.ok(typeof report === "object" && report !== null && "diagnostics" in report, run.stdout + run.stderr);
  const diagnostics = report.diagnostics as readonly Diagnostic[];
  return diagnostics.map((one) => ({ ...one, filename: one.filename.replaceAll("\\", "/") }));
}

const scratch = mkdtempSync(join(tmpdir(), "flowlord-imports-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

function layOut(name: string, sources: readonly string[]): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  for (const file of [".oxlintrc.json", "tsconfig.json", "package.json", ...sources]) {
    cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

let found: readonly Diagnostic[] = [];
before(() => {
  const folder = layOut("planted", []);
  for (const plant of PLANTS) {
    mkdirSync(dirname(join(folder, plant.file)), { recursive: true });
    writeFileSync(join(folder, plant.file), plant.text);
  }
  found = lint(folder);
});

for (const plant of PLANTS) {
  const sentence = plant.rule === null ? "allows" : "refuses";
  test(`lint ${sentence} ${plant.file}: ${plant.text.split("\n")[0]}`, () => {
    const here = found.filter((one) => one.filename === plant.file);
    if (plant.rule === null) {
      assert.deepEqual(
        here.filter((one) => HOUSE_RULES.includes(one.code)),
        [],
      );
      return;
    }
    const hit = here.some((one) => one.code === plant.rule && `${one.message} ${one.help}`.includes(plant.says ?? ""));
    assert.ok(hit, `not refused as hoped: ${JSON.stringify(here, null, 1)}`);
  });
}

interface Override {
  readonly files: readonly string[];
  readonly rules: Record<string, unknown>;
}

function overrides(): readonly Override[] {
  const config = JSON.parse(readFileSync(join(ROOT, ".oxlintrc.json"), "utf8")) as { overrides: Override[] };
  return config.overrides;
}

test("every sentence of the import rules is seen refusing something in its own folder", () => {
  const missing: string[] = [];
  for (const { files, rules } of overrides()) {
    const options = JSON.stringify(rules["no-restricted-imports"] ?? []);
    for (const [, message = ""] of options.matchAll(/"message":"([^"]+)"/g)) {
      for (const folder of files.map((glob) => glob.replace(/\*\*$/, ""))) {
        const seen = found.some(
          (one) => one.filename.startsWith(folder) && `${one.message} ${one.help}`.includes(message),
        );
        // The ban on better-sqlite3 is one sentence for all folders.
        if (!seen && !message.startsWith("Only src/store/sqlite")) missing.push(`${folder}: ${message}`);
      }
    }
  }
  assert.deepEqual(missing, []);
});

test("every room of src has its import rules", () => {
  const ruled = overrides().flatMap((one) => one.files);
  const rooms = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  // `app` wires everything and may import everything.
  const named = rooms.map((room) => room.name).filter((name) => name !== "app");
  const unruled = named.filter((name) => !ruled.includes(`src/${name}/**`));
  assert.deepEqual(unruled, []);
});

test("the sources themselves keep the import rules", () => {
  const broken = lint(layOut("clean", ["src"])).filter((one) => HOUSE_RULES.includes(one.code));
  assert.deepEqual(
    broken.map((one) => `${one.filename}: ${one.message} ${one.help}`),
    [],
  );
});
