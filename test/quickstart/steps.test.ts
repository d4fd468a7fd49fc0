import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

const STEPS = join(import.meta.dirname, "../../examples/quickstart/steps");

/** A folder of eight packages, the first the largest, and the run folder of the quickstart. */
class Run {
  readonly dir: string;

  constructor(t: TestContext) {
    this.dir = mkdtempSync(join(tmpdir(), "flowlord-steps-"));
    t.after(() => rmSync(this.dir, { recursive: true, force: true }));
    mkdirSync(join(this.dir, "run"));
    for (let number = 1; number <= 8; number += 1) {
      const folder = join(this.dir, "packages", number === 2 ? "@scope/p2" : `p${number}`);
      mkdirSync(join(folder, "lib"), { recursive: true });
      const about = { name: `p${number}`, version: `${number}.0.0`, license: number === 2 ? "GPL-3.0" : "MIT" };
      writeFileSync(join(folder, "package.json"), JSON.stringify(number === 8 ? { name: "p8" } : about, null, 2));
      writeFileSync(join(folder, "lib/two words.JS"), "x".repeat((9 - number) * 20_000));
      writeFileSync(join(folder, "lib/empty.txt"), "");
    }
    writeFileSync(join(this.dir, "packages/p1/program"), Buffer.alloc(21_000_000));
  }

  step(name: string, ...args: readonly string[]): { code: number | null; last: string; report: string } {
    const ran = spawnSync("sh", [join(STEPS, `${name}.sh`), ...args], {
      cwd: join(this.dir, "run"),
      env: { ...process.env, PACKAGES: join(this.dir, "packages"), FLOWLORD_ATTEMPT: "0" },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      encoding: "utf8",
    });
    assert.equal(ran.stderr, "");
    return { code: ran.status, last: ran.stdout.trimEnd().split("\n").at(-1) ?? "", report: ran.output[3] ?? "" };
  }

  read(name: string): string {
    return readFileSync(join(this.dir, "run", name), "utf8");
  }
}

test("cut takes the largest packages first, and after a kill the same slice again", (t) => {
  const run = new Run(t);
  assert.equal(run.step("cut").last, "round-1-part-1.csv: packages 1 to 6 of 8");
  const slice = run.read("slices/round-1-part-1.csv");
  assert.ok(slice.includes("p1,1.0.0,MIT,JS,1,160000\n"), slice);
  assert.ok(slice.includes("@scope/p2,2.0.0,GPL-3.0,JS,1,140000\n"), slice);
  assert.ok(!slice.includes("p7"));

  writeFileSync(join(run.dir, "run/position"), "1 1\n");
  run.step("cut");
  const sorted = (text: string): string => text.split("\n").toSorted().join("\n");
  assert.equal(sorted(run.read("slices/round-1-part-1.csv")), sorted(slice));

  assert.equal(run.step("cut").last, "round-1-part-2.csv: packages 7 to 8 of 8");
  assert.match(run.read("slices/round-1-part-2.csv"), /^p8,none,none,JS,1,20000$/m);
  assert.equal(run.step("cut").last, "all 8 packages are cut; the next round begins an hour after this one began");
});

test("a new round takes the place of the one before", (t) => {
  const run = new Run(t);
  for (let times = 0; times < 2; times += 1) run.step("cut");
  const hourAgo = Date.now() / 1000 - 3700;
  utimesSync(join(run.dir, "run/packages.list"), hourAgo, hourAgo);
  assert.equal(run.step("cut").last, "round-2-part-1.csv: packages 1 to 6 of 8");
  assert.deepEqual(readdirSync(join(run.dir, "run/slices")), ["round-2-part-1.csv"]);
});

test("what is cut is cleaned, audited, summed up and reported", (t) => {
  const run = new Run(t);
  run.step("cut");
  run.step("cut");
  const [first, second] = ["round-1-part-1.csv", "round-1-part-2.csv"] as const;
  const cleaned = run.step("clean", first);
  assert.equal(cleaned.last, `${first}: 13 of 19 lines kept`);
  assert.equal(cleaned.report, '{"meta": {"rows": "13"}}\n');
  assert.match(run.read(`cleaned/${first}`), /^p1,1.0.0,MIT,native,1,21000000$/m);
  assert.equal(run.step("clean", second).code, 0);

  assert.deepEqual(run.step("audit", first), { code: 4, last: "larger than 20 MB: p1 (21 MB)", report: "" });
  assert.deepEqual(run.step("audit", second), { code: 3, last: "review the licence of: p8 (none)", report: "" });

  assert.equal(run.step("sum", first, "package").code, 0);
  assert.equal(run.step("sum", first, "licence").code, 0);
  assert.equal(run.step("sum", first, "kind").code, 1, "the first slice shows a retry");
  assert.equal(run.step("sum", second, "kind").report, `{"meta": {"slice": "${second}", "last": "yes"}}\n`);
  assert.equal(run.read("tables/licence.tsv").split("\n")[1]?.split("\t")[0], "GPL-3.0");
  assert.equal(run.step("sum", second, "colour").code, 1);

  assert.match(run.step("report").last, /^written: .*report\.html/);
  assert.match(run.read("report.txt"), /p1 +3 files +21\.16 MB {2}#{30}\n/);
  assert.match(run.read("report.html"), /<td>@scope\/p2<td class=n>2 files<td class=n>0\.14 MB/);
});

test("tidy removes what is older than an hour, and keeps the rest", (t) => {
  const run = new Run(t);
  const [old, fresh] = [join(run.dir, "run/logs/cut/2026-01-01/a.log"), join(run.dir, "run/logs/cut/2026-01-01/b.log")];
  mkdirSync(join(run.dir, "run/logs/cut/2026-01-01"), { recursive: true });
  for (const path of [old, fresh]) writeFileSync(path, "text\n");
  utimesSync(old, 0, 0);
  assert.equal(run.step("tidy").last, "1 logs kept");
  assert.ok(!existsSync(old) && existsSync(fresh));
});
