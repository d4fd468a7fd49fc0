import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { DomainError } from "../../src/contract/domain-error.ts";
import { replaceFile } from "../../src/objects/replace-file.ts";
import { until } from "../e2e/flowlord.ts";
import { smallDisk } from "../support/small-disk.ts";
import { doneMessage, Pipeline } from "./pipeline.ts";

const DONES = 5000;
const messages = Array.from({ length: DONES }, (_, number) => doneMessage(number));

test("the disk full for ten seconds", { timeout: 180_000 }, async (t) => {
  const folder = smallDisk(t, 64);
  if (folder === null) return;
  const pipeline = await Pipeline.open(t, { databaseFolder: folder });
  if (pipeline === null) return;
  await pipeline.feed(messages);
  const process = pipeline.start();
  await until(() => pipeline.recorded() > 0, 1);
  fill(join(folder, "filler"));
  const full = pipeline.recorded();
  await pause(10_000);
  assert.ok(process.running, `it lives on:\n${process.err}`);
  assert.ok(pipeline.recorded() < DONES, "the disk was full before all was done");
  assert.match(process.err, /disk|full/i);
  t.diagnostic(`${full} recorded when the disk was full, ${pipeline.recorded()} after ten seconds of it`);
  rmSync(join(folder, "filler"));
  await pipeline.settles(t, DONES);
});

test("a workflow that has no space on its disk stays as it was", async (t) => {
  const disk = smallDisk(t, 1);
  if (disk === null) return;
  writeFileSync(join(disk, "a.toml"), "old");
  const bytes = Buffer.alloc(2 * 1024 * 1024, "x");
  const before = createHash("sha256").update("old").digest("hex");
  await assert.rejects(
    replaceFile({ root: disk, name: "a.toml", bytes, before }),
    (error) => error instanceof DomainError && error.code === "workflow_disk_full",
  );
  assert.equal(readFileSync(join(disk, "a.toml"), "utf8"), "old");
  assert.deepEqual(readdirSync(disk), ["a.toml"]);
});

/** Until not another byte fits. */
function fill(path: string): void {
  for (const size of [1 << 20, 1 << 12, 1]) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: "a" });
    } catch (error) {
      // ENOSPC is what it is for.
      if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOSPC") throw error;
    }
  }
}
