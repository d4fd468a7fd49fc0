import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { schemaVersion } from "../../../../src/store/sqlite/database/migrate.ts";
import { SEED } from "../../../support/seed.ts";
import { openBare } from "../scratch.ts";
import { line, LegacyDatabase, TABLES } from "./harness.ts";

const CHILD = fileURLToPath(new URL("./take-over-child.ts", import.meta.url));
const TASKS = 4500;

function filled(): LegacyDatabase {
  const legacy = new LegacyDatabase().write(TABLES.task_log, TABLES.alert_records);
  const lines = Array.from({ length: TASKS }, (_, number) => line({ id: `run-${number}`, result: "complete" }));
  return legacy.insert("task_log", ...lines);
}

/** Run an import that is killed: at a step of its own, or after so many milliseconds. */
async function killed(path: string, at: { readonly step: string; readonly count: number } | number): Promise<void> {
  const args = typeof at === "number" ? [path] : [path, at.step, String(at.count)];
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  if (typeof at === "number") {
    await pause(at);
    child.kill("SIGKILL");
  }
  const [code, signal] = await ended;
  if (typeof at !== "number") assert.deepEqual([code, signal], [null, "SIGKILL"]);
}

/** Either the original file, or the new one with the old one beside it. */
function assertComplete(legacy: LegacyDatabase, before: Buffer): "before" | "after" {
  for (const copy of legacy.copies()) assert.deepEqual(readFileSync(copy), before, "a copy is the file as it was");
  if (legacy.bytes().equals(before)) return "before";
  const db = openBare(legacy.path);
  try {
    assert.ok(schemaVersion(db) > 0);
    assert.equal(db.pragma("integrity_check", { simple: true }), "ok");
    assert.equal(db.prepare<[], { n: number }>("SELECT count(*) AS n FROM task_records").get()?.n, TASKS);
    assert.equal(legacy.copies().length, 1);
    return "after";
  } finally {
    db.close();
  }
}

async function assertGoesOn(legacy: LegacyDatabase, before: Buffer): Promise<void> {
  await legacy.importTable();
  assert.equal(assertComplete(legacy, before), "after");
  assert.equal(legacy.beside().length, 1, `only the copy is left: ${legacy.beside().join(", ")}`);
}

describe("a process that is killed during an import", () => {
  const steps: readonly (readonly [step: string, count: number, left: "before" | "after"])[] = [
    ["lock", 1, "before"],
    ["set aside", 1, "before"],
    ["build", 1, "before"],
    ["turn", 1, "before"],
    ["turn", 2, "before"],
    ["built", 1, "before"],
    ["rename", 1, "before"],
    ["renamed", 1, "after"],
  ];
  for (const [step, count, left] of steps) {
    it(`at "${step}" (${count}) leaves the file intact, and the next start continues`, async () => {
      const legacy = filled();
      const before = legacy.bytes();
      await killed(legacy.path, { step, count });
      assert.equal(assertComplete(legacy, before), left);
      await assertGoesOn(legacy, before);
    });
  }

  it("repeatedly, at any moment, leaves the file intact each time", async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const found: string[] = [];
    let legacy = filled();
    let before = legacy.bytes();
    for (let round = 0; round < 6; round += 1) {
      await killed(legacy.path, (SEED * (round + 1) * 7919) % 150);
      found.push(assertComplete(legacy, before));
      assert.ok(legacy.copies().length <= 1, "never a second copy");
      if (found.at(-1) === "before") continue;
      legacy = filled();
      before = legacy.bytes();
    }
    t.diagnostic(found.join(" "));
    await assertGoesOn(legacy, before);
  });
});
