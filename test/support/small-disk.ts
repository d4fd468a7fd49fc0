import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A folder on a disk of so many MiB, for the test alone; null after the test was told to skip. */
export function smallDisk(t: TestContext, mib: number): string | null {
  const folder = mkdtempSync(join(tmpdir(), "flowlord-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${mib}m`, "tmpfs", folder]);
  t.after(() => {
    if (mounted.status === 0) spawnSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  if (mounted.status === 0) return folder;
  t.skip("skipped: a small file system cannot be mounted here; run it as root");
  return null;
}
