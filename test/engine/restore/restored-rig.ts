import { join } from "node:path";
import { HeldRunner } from "../../../src/engine/restore/held-runner.ts";
import { restoreControl, type RestoreControl } from "../../../src/engine/restore/restore-control.ts";
import { heldStatus, type HeldStatus } from "../../../src/engine/restore/held-status.ts";
import { openBare } from "../../store/sqlite/scratch.ts";
import type { Rig } from "../rig/rig.ts";

let restores = 0;

/** The database as it is, as if it had just been restored: the first start on it, at `now`. */
export async function restored(rig: Rig, dataAt: number, now: number): Promise<void> {
  const db = openBare(join(rig.dir, "tasks.db"));
  restores += 1;
  db.prepare(
    `INSERT INTO restores (id, backup_id, data_at, restored_at, reason, kept_aside, state)
     VALUES (?, 'backup-1', ?, ?, 'hand', NULL, 'held')`,
  ).run(`restore-${String(restores).padStart(4, "0")}`, dataAt, now);
  db.close();
  rig.now = now;
  await rig.reopen();
}

export function heldIn(rig: Rig): Promise<HeldStatus> {
  return heldStatus(rig.store.held, rig.context.graph());
}

export function controlOf(rig: Rig): RestoreControl {
  return restoreControl(rig.context, () => undefined);
}

/** Decides, and carries it out. Returns in how many steps. */
export async function decide(rig: Rig, act: "accept" | "drop", reason = ""): Promise<number> {
  await controlOf(rig).decide({ act, by: "ann", reason });
  return await carryOut(rig);
}

export async function carryOut(rig: Rig): Promise<number> {
  const runner = new HeldRunner(rig.context, async () => undefined);
  let steps = 1;
  while (await runner.run()) steps += 1;
  return steps;
}
