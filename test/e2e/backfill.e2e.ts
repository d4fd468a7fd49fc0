import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Place, rows, until } from "./flowlord.ts";
import { randomFrom, SEED } from "../support/seed.ts";

const KILLS = 20;
/** Every hour of January to October 2026. */
const SLOTS = 304 * 24;

test(`${KILLS} kills leave one task for each slot of a backfill`, { timeout: 300_000 }, async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const random = randomFrom(SEED);
  const place = new Place(t, {
    "flow.toml": '[[phase]]\ntask = "load"\ncron = "@yearly"\ntemplate = "?h={yyyy}-{mm}-{dd}T{hh}"\n',
    "flowlord.toml": `
workflow = "{config_dir}/flow.toml"
status_port = 0
[bus]
bus = "file"
path = "{config_dir}/bus"
[sqlite]
local_path = "{config_dir}/data/tasks.db"
`,
  });
  const database = place.path("data/tasks.db");
  const topic = place.path("bus/load.jsonl");
  const made = (): number => count(database, "SELECT count(*) AS found FROM backfill_slots WHERE record_id > 0");
  const first = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await until(() => first.err.includes("Connected to bus") || first.out.includes("Connected to bus"), 20);
  await first.kill();

  const span = ["--from", "2026-01-01", "--to", "2026-10-31", "--by", "hour"];
  const begun = await place.run([
    "backfill",
    "load",
    ...span,
    "--max-active",
    "10000",
    "--execute",
    "--yes",
    "--expect",
    String(SLOTS),
  ]);
  assert.equal(begun.code, 0, begun.err);

  const marks = Array.from({ length: KILLS }, () => random() * SLOTS).toSorted((a, b) => a - b);
  let busy = 0;
  for (const [index, mark] of marks.entries()) {
    const process = place.flowlord(["serve", "-c", "flowlord.toml"]);
    if (index % 5 === 4) await pause(random() * 600);
    else {
      await until(() => made() >= mark || !process.running, 5);
      await pause(random() * 20);
    }
    assert.ok(process.running, `it ran until it was killed:\n${process.err}`);
    await process.kill();
    if (made() < SLOTS) busy += 1;
  }
  t.diagnostic(`${busy} of ${KILLS} kills came while there was work`);

  const sent = (): number =>
    existsSync(topic)
      ? new Set(
          readFileSync(topic, "utf8")
            .split("\n")
            .map((line) => /\?h=[^"]+/.exec(line)?.[0]),
        ).size - 1
      : 0;
  const last = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await until(() => made() === SLOTS && sent() === SLOTS, 100);
  await last.kill();
  for (const what of ["id", "info"])
    assert.equal(
      count(database, `SELECT count(DISTINCT ${what}) AS found FROM task_records WHERE type = 'load'`),
      SLOTS,
    );
  for (const what of ["position", "record_id"])
    assert.equal(count(database, `SELECT count(DISTINCT ${what}) AS found FROM backfill_slots`), SLOTS);
});

function count(database: string, sql: string): number {
  return rows<{ found: number }>(database, sql)[0]?.found ?? 0;
}
