import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { freePort, Place, rows, until } from "./flowlord.ts";

const WAITING = 1_000_000;
const A_CHUNK = 10_000;
/** By then the caches of bench/README.md, which no message makes grow, are nearly full. */
const RECORDED = 200_000;
/** They take 350 to 500 MiB, as V8 collects garbage; a million deliveries in memory would take as much once more. */
const MAX_MIB = 600;

function lines(from: number): string {
  const line = (n: number): string =>
    JSON.stringify({ type: "a", info: `?n=${n}`, created: "2026-01-01T00:00:00Z", id: `run-${n}`, result: "complete" });
  return Array.from({ length: A_CHUNK }, (_, index) => `${line(from + index)}\n`).join("");
}

function peakMib(pid: number): number {
  const [, kib = ""] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}

test(
  "a million messages wait on the bus, and not in memory",
  { timeout: 240_000, skip: process.platform === "linux" ? false : "peak memory is read from Linux's /proc" },
  async (t) => {
    const port = await freePort();
    const place = new Place(t, {
      "flow.toml": '[[phase]]\ntask = "a"\ncron = "@yearly"\npaused = true\n',
      "flowlord.toml": `workflow = "{config_dir}/flow.toml"\nstatus_port = ${port}\n[bus]\nbus = "file"\npath = "{config_dir}/bus"\n[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n`,
    });
    mkdirSync(place.path("bus"));
    for (let n = 0; n < WAITING; n += A_CHUNK) appendFileSync(place.path("bus/done.jsonl"), lines(n));

    const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await flowlord.says("Ctrl-C");
    const recorded = (): number =>
      rows<{ n: number }>(place.path("tasks.db"), "SELECT count(*) AS n FROM task_records")[0]?.n ?? 0;
    await until(() => recorded() >= RECORDED, 200);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const [, inFlight = ""] = /^flowlord_bus_in_flight (\d+)$/m.exec(text) ?? [];
    const peak = peakMib(flowlord.pid);
    t.diagnostic(`${recorded()} recorded, ${inFlight} in flight, peak ${Math.round(peak)} MiB`);
    assert.ok(Number(inFlight) <= 1000, `${inFlight} in flight`);
    assert.ok(peak < MAX_MIB, `${peak} MiB`);
    assert.equal((await flowlord.interrupt()).code, 0);
  },
);
