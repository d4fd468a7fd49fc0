import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { OuterContext } from "../../src/cli/context.ts";
import { run } from "../../src/cli/main.ts";
import { paintFor } from "../../src/cli/output/paint.ts";
import { HOUR, MINUTE } from "../../src/contract/time/time-units.ts";
import { fireAt, report, schedule, takeSent } from "../engine/rig/drive.ts";
import { openRig, type Rig } from "../engine/rig/rig.ts";
import { SAYS } from "../engine/decision-sentences.ts";
import { bare, blocksOf, rowsOf, sectionOf } from "./page.ts";

const PAGE = "why.md";
const WIDTH = 110;
const NOON = Date.UTC(2026, 10, 24, 12);

/** The afternoon that the page tells of. */
async function afternoon(t: TestContext): Promise<Rig> {
  const toml = blocksOf(PAGE).find((block) => block.language === "toml")?.text ?? assert.fail("no workflow");
  const rig = await openRig({ workflows: { "sales.toml": toml } });
  t.after(() => rig.close());
  const scheduler = await schedule(rig);
  const named = async (type: string): Promise<Parameters<typeof report>[1]> => {
    rig.now += 2000;
    const task = takeSent(rig).find((one) => one.type === type) ?? assert.fail(`no ${type} was sent`);
    return { ...task, started: at(rig.now), ended: at(rig.now + 3000) };
  };
  const say = async (type: string, result: string, more: { msg?: string; file?: string } = {}): Promise<void> => {
    const task = await named(type);
    rig.now += 3000;
    const meta = more.file === undefined ? task.meta : `${task.meta}&file=${more.file}`;
    await report(rig, task, result, { msg: more.msg ?? "", meta });
  };
  const tick = async (hour: number): Promise<void> => {
    rig.now = NOON + hour * HOUR;
    rig.sent.push(...(await fireAt(rig, scheduler, rig.now)).map((task) => asRow(task)));
  };
  await tick(1);
  await say("load", "error", { msg: "no route to host" });
  rig.now = NOON + HOUR + 11 * MINUTE;
  await rig.sweep();
  await say("load", "complete", { file: "/out/13.csv" });
  await say("transform", "complete", { msg: "90 rows" });
  await tick(2);
  await say("load", "complete");
  rig.now += 20 * MINUTE;
  return rig;
}

function at(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

function asRow(task: Parameters<typeof report>[1]): Rig["sent"][number] {
  return { id: 0, recordId: null, topic: task.type, payload: JSON.stringify(task) };
}

async function typed(rig: Rig, line: string): Promise<string> {
  let out = "";
  const context: OuterContext = {
    out: (text) => void (out += `${text}\n`),
    write: async (bytes) => void (out += Buffer.from(bytes).toString("utf8")),
    redraw: () => undefined,
    serverOutput: () => assert.fail("no server runs here"),
    err: (text) => void (out += `${text}\n`),
    env: {},
    cwd: rig.dir,
    input: (async function* () {})(),
    now: () => rig.now,
    paint: paintFor(false, {}),
    width: WIDTH,
  };
  const [program, ...args] = line.split(" ");
  assert.equal(program, "flowlord");
  const path = join(rig.dir, "tasks.db");
  assert.equal(
    await run(
      [...args, "--set", `sqlite.local_path=${path}`, "--set", "timezone=UTC", "--set", "bus.bus=null"],
      context,
    ),
    0,
    out,
  );
  return out;
}

test("every command on the page answers as the page shows", async (t) => {
  const rig = await afternoon(t);
  const shown = blocksOf(PAGE).filter((block) => block.language === "");
  assert.ok(shown.length >= 7);
  for (const { text } of shown) {
    const [first = "", ...rest] = text.split("\n");
    assert.match(first, /^\$ flowlord /);
    const answer = await typed(rig, first.slice(2));
    assert.equal(rest.join("\n"), answer, first);
    for (const line of answer.split("\n")) assert.ok(line.length <= WIDTH, `wider than the terminal: ${line}`);
  }
});

/** An unknown phase is a decision about a result, and here the answer to a question. */
const DECIDED: ReadonlySet<string> = new Set(Object.keys(SAYS).filter((code) => code !== "phase_unknown"));

test("the page names every finding of why-not, and no other", () => {
  const folder = new URL("../../src/core/why/", import.meta.url);
  const sources = readdirSync(folder).filter(
    (name) => name.startsWith("why-not") || ["find-phase.ts", "finding.ts"].includes(name),
  );
  const found = sources.flatMap((name) =>
    [...readFileSync(new URL(name, folder), "utf8").matchAll(/\bcode: "(\w+)"|"(ran|made_not_sent|cancelled)"/g)].map(
      ([, code, state]) => code ?? state ?? "",
    ),
  );
  const states = ["waiting", "queued", "sent", "running", "overdue", "cancelled"].map((state) => `parent_${state}`);
  const findings = new Set([...found, ...states].filter((code) => !DECIDED.has(code)));
  const named = rowsOf(sectionOf(PAGE, "Findings of why-not")).map(([code]) => bare(code));
  assert.deepEqual(named.toSorted(), [...findings].toSorted());
});

test("the page shows the sentence of every decision", () => {
  const rows = rowsOf(sectionOf(PAGE, "Decisions")).map(([code, sentence]) => [bare(code), sentence]);
  const said = Object.entries(SAYS).map(([code, sentence]) => [code, sentence.replaceAll("<dir>", "/rows")]);
  assert.deepEqual(rows, said);
});
