import assert from "node:assert/strict";
import { test } from "node:test";
import { stopAll, type StopStep } from "../../src/app/stop.ts";

function step(name: string, stop: () => Promise<void>, withinMs?: number): StopStep {
  return { name, stop, ...(withinMs === undefined ? {} : { withinMs }) };
}

test("every part is stopped, the last first, whatever fails or hangs before", async () => {
  const stopped: string[] = [];
  const said: string[] = [];
  const good = (name: string): StopStep => step(name, async () => void stopped.push(name));
  const isWell = await stopAll(
    [
      good("database"),
      step("bus", () => new Promise(() => {}), 1),
      [good("a"), step("b", () => Promise.reject(new Error("disk full"))), good("c")],
      step("http", () => {
        throw new Error("at once");
      }),
      good("workers"),
    ],
    (sentence) => said.push(sentence),
  );
  assert.equal(isWell, false);
  assert.deepEqual(stopped, ["workers", "a", "c", "database"]);
  assert.deepEqual(said, [
    "Stopping http failed: at once",
    "Stopping b failed: disk full",
    "Stopping bus took longer than 0.1 seconds: it is left behind.",
  ]);
});

test("a stop in which all parts end says nothing", async () => {
  const said: string[] = [];
  assert.equal(await stopAll([step("a", async () => {}), []], (sentence) => said.push(sentence)), true);
  assert.deepEqual(said, []);
});

test("a part with a time of its own takes none of the others'", async (t) => {
  let passed = 0;
  const now = performance.now.bind(performance);
  t.mock.method(performance, "now", () => now() + passed);
  const said: string[] = [];
  const long = async (): Promise<void> => void (passed += 20_000);
  await stopAll(
    [
      step("database", () => new Promise(() => {}), 300),
      { name: "the backup", stop: long, withinMs: 30_000, isApart: true },
    ],
    (sentence) => said.push(sentence),
  );
  assert.deepEqual(said, ["Stopping database took longer than 0.3 seconds: it is left behind."], "not 0.1, the least");
});
