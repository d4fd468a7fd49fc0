import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { smallDisk } from "../support/small-disk.ts";
import { freePort, Place, type Process, rows, until } from "../e2e/flowlord.ts";

const MB = 1_000_000;
const WORKFLOW = '[[phase]]\ntask = "a"\ncron = "@yearly"\n';
/** Longer than the bus needs to deliver. */
const A_WHILE_MS = 1500;

interface Scene {
  readonly place: Place;
  readonly flowlord: Process;
  readonly database: string;
  readonly port: number;
  readonly recorded: () => number;
  /** The alert about the disk, as `state severity`. */
  readonly alert: () => string;
  readonly status: () => Promise<{ readonly code: number; readonly text: string }>;
  /** Leaves so many bytes of the disk. */
  readonly leave: (bytes: number) => void;
  readonly free: () => void;
}

/** An instance whose database is on a disk of 128 MiB; null after the test was told to skip. */
async function scene(t: TestContext, config: string): Promise<Scene | null> {
  const disk = smallDisk(t, 128);
  if (disk === null) return null;
  const port = await freePort();
  const place = new Place(t, {
    "flow.toml": WORKFLOW,
    "flowlord.toml": `workflow = "{config_dir}/flow.toml"\nstatus_port = ${port}\nlog_dir = "{config_dir}/logs"\n[sqlite]\nlocal_path = "${disk}/tasks.db"\ndisk_alert = "60MB"\ndisk_stop = "30MB"\n${config}`,
  });
  const database = join(disk, "tasks.db");
  const filler = join(disk, "filler");
  const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await flowlord.says("Ctrl-C");
  return {
    place,
    flowlord,
    database,
    port,
    recorded: () => rows<{ n: number }>(database, "SELECT count(*) AS n FROM task_records")[0]?.n ?? 0,
    alert: () =>
      rows<{ state: string; severity: string }>(
        database,
        "SELECT state, severity FROM alert_records WHERE type = 'disk_full'",
      )
        .map(({ state, severity }) => `${state} ${severity}`)
        .join(),
    status: async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/status`);
      return { code: answer.status, text: await answer.text() };
    },
    leave: (bytes) => {
      const { bavail, bsize } = statfsSync(disk);
      appendFileSync(filler, Buffer.alloc(bavail * bsize - bytes));
    },
    free: () => rmSync(filler),
  };
}

test(
  "results wait at the bus while the disk is nearly full, and are taken when it is not",
  { timeout: 120_000 },
  async (t) => {
    const found = await scene(t, '[bus]\nbus = "file"\npath = "{config_dir}/bus"\n');
    if (found === null) return;
    const { place, flowlord, recorded, alert, status, leave, free } = found;
    const line = (n: number): string =>
      `${JSON.stringify({ type: "a", info: `?n=${n}`, created: "2026-01-01T00:00:00Z", id: `run-${n}`, result: "complete" })}\n`;
    const report = (from: number, to: number): void =>
      appendFileSync(
        place.path("bus/done.jsonl"),
        Array.from({ length: to - from }, (_, n) => line(from + n)).join(""),
      );
    mkdirSync(place.path("bus"), { recursive: true });
    report(0, 100);
    await until(() => recorded() === 100);

    leave(50 * MB);
    await until(() => alert() === "open warning");
    report(100, 200);
    await until(() => recorded() === 200);
    assert.equal((await status()).code, 200);

    leave(20 * MB);
    await flowlord.says("Nothing is taken in any more");
    await until(() => alert() === "open critical");
    report(200, 1200);
    await pause(A_WHILE_MS);
    assert.equal(recorded(), 200);
    const stopped = await status();
    assert.equal(stopped.code, 503);
    assert.match(
      stopped.text,
      /^store: the disk of .* has only \d+ MB of 134 MB left, .*below 30 MB no message is taken in/,
    );

    free();
    await flowlord.says("There is space on the disk again");
    await until(() => recorded() === 1200);
    await until(() => alert() === "resolved critical");
    assert.equal((await status()).code, 200);
    assert.equal((await flowlord.interrupt()).code, 0);
  },
);

test("a restart on a nearly full disk takes nothing either", { timeout: 120_000 }, async (t) => {
  const found = await scene(t, '[bus]\nbus = "file"\npath = "{config_dir}/bus"\n');
  if (found === null) return;
  const { place, flowlord, database, recorded, alert, leave, free } = found;
  leave(20 * MB);
  await until(() => alert() === "open critical");
  const told = (): number =>
    rows<{ count: number }>(database, "SELECT count FROM alert_records WHERE type = 'disk_full'")[0]?.count ?? 0;
  const before = told();
  assert.equal((await flowlord.interrupt()).code, 0);
  mkdirSync(place.path("bus"), { recursive: true });
  appendFileSync(
    place.path("bus/done.jsonl"),
    `${JSON.stringify({ type: "a", created: "2026-01-01T00:00:00Z", id: "run", result: "complete" })}\n`,
  );
  const again = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await again.says("Nothing is taken in any more");
  await pause(A_WHILE_MS);
  assert.equal(recorded(), 0);
  free();
  await until(() => recorded() === 1);
  assert.equal(told(), before, "the restart tells nobody again");
  assert.equal((await again.interrupt()).code, 0);
});

test(
  "the embedded bus refuses with the reason while the disk is nearly full, and then sends what waited",
  { timeout: 120_000 },
  async (t) => {
    const found = await scene(t, '[[worker]]\ntype = "a"\nexec = ["true"]\n');
    if (found === null) return;
    const { flowlord, port, database, recorded, leave, free } = found;
    const create = async (): Promise<Response> =>
      await fetch(`http://127.0.0.1:${port}/api/tasks`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ type: "a" }),
      });
    assert.equal((await create()).status, 200);
    const complete = (): number =>
      rows<{ n: number }>(database, "SELECT count(*) AS n FROM task_records WHERE result = 'complete'")[0]?.n ?? 0;
    await until(() => complete() === 1);
    leave(20 * MB);
    await flowlord.says("Nothing is taken in any more");
    const refused = await create();
    assert.equal(refused.status, 503);
    const { code, detail } = (await refused.json()) as { code: string; detail: string };
    assert.equal(code, "disk_nearly_full");
    assert.match(detail, /^The disk of .* has only /i);
    assert.equal(recorded(), 1);
    free();
    await flowlord.says("There is space on the disk again");
    assert.equal((await create()).status, 200);
    await until(() => complete() === 2);
    assert.equal((await flowlord.interrupt()).code, 0);
  },
);
