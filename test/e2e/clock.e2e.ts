import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { HOUR } from "../../src/contract/time/time-units.ts";
import { freePort, Place, rows, until } from "./flowlord.ts";

interface Tick {
  readonly id: number;
  readonly at: number;
}

test("a clock that jumps fires no flood of ticks, and none twice", { timeout: 120_000 }, async (t) => {
  const port = await freePort();
  const place = new Place(t, {
    "main.toml": `
[[phase]]
task = "second"
cron = "* * * * * *"

[[phase]]
task = "made-up-for"
cron = "0 0 * * * *"
catchup = "all"
`,
    "flowlord.toml": `
workflow = "{config_dir}/main.toml"
status_port = ${port}
[bus]
bus = "file"
path = "{config_dir}/bus"
[sqlite]
local_path = "{config_dir}/data/tasks.db"
`,
  });
  const database = place.path("data/tasks.db");
  const clock = pathToFileURL(join(import.meta.dirname, "shifted-clock.ts")).href;
  const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"], {
    NODE_OPTIONS: `--import=${clock}`,
    CLOCK_SHIFT: place.path("shift"),
  });
  const ticks = (type: string): Tick[] =>
    rows(database, "SELECT id, scheduled_at AS at FROM task_records WHERE type = ? ORDER BY id", type);
  const jump = (ms: number): void => {
    place.write("shift", String(ms));
    flowlord.child.kill("SIGUSR2");
  };
  await flowlord.says("Ctrl-C stops it");
  await until(() => ticks("second").length >= 2);

  jump(3 * HOUR);
  const forward = ticks("second").length;
  await until(() => ticks("second").length >= forward + 3);
  const after = ticks("second");
  // Those of the last minute are only late.
  assert.ok(after.length < forward + 70, `the ticks of the gap are passed over, not fired: ${after.length}`);
  assert.ok((after.at(-1)?.at ?? 0) - (after[0]?.at ?? 0) > 2.9 * HOUR, "its ticks go on at the new time");
  await until(() => ticks("made-up-for").length >= 3);
  // A fourth when a real hour ends just now.
  assert.ok(ticks("made-up-for").length <= 4, "catchup = all fires the three hours of the gap");
  assert.ok(
    rows(database, "SELECT 1 FROM decisions WHERE code = 'tick_missed'").length > 0,
    "what was passed over stands among the decisions",
  );

  jump(2 * HOUR);
  const back = ticks("second").length;
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/status`)).text(), "ok");
  // Back where it was: what follows comes after all that was fired before.
  jump(3 * HOUR + 2000);
  await until(() => ticks("second").length >= back + 2);
  for (const type of ["second", "made-up-for"]) {
    const times = ticks(type).map(({ at }) => at);
    assert.equal(new Set(times).size, times.length, "no tick twice");
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
      "and in order",
    );
  }
  assert.equal((await flowlord.interrupt()).code, 0);
  assert.deepEqual(flowlord.problems, []);
});
