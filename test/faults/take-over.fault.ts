import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { writeLegacyHistory } from "../../bench/import/legacy-history.ts";
import { Place, rows } from "../e2e/flowlord.ts";
import { smallDisk } from "../support/small-disk.ts";

test("no room to take over the older program's database", { timeout: 180_000 }, async (t) => {
  const folder = smallDisk(t, 72);
  if (folder === null) return;
  const path = join(folder, "tasks.db");
  writeLegacyHistory(path, "b", 60_000);
  const filler = join(folder, "filler");
  writeFileSync(filler, Buffer.alloc(40 << 20));
  const before = readFileSync(path);
  const place = new Place(t, {
    "flow.toml": '[[phase]]\ntask = "a"\ncron = "@yearly"\n',
    "flowlord.toml": `workflow = "{config_dir}/flow.toml"\nstatus_port = 0\n[bus]\nbus = "nop"\n[sqlite]\nlocal_path = "${path}"\n`,
  });
  const full = await place.run(["serve", "-c", "flowlord.toml"]);
  assert.equal(full.code, 1);
  assert.match(
    full.err,
    /the disk \(or its quota\) is full: importing .* The file is unchanged: free some space and start again/,
  );
  assert.deepEqual(readFileSync(path), before);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes("import")),
    [],
    "nothing is left of it",
  );
  rmSync(filler);
  const again = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await again.says("Ctrl-C");
  assert.equal((await again.interrupt()).code, 0);
  assert.equal(rows<{ n: number }>(path, "SELECT count(*) AS n FROM task_records")[0]?.n, 60_000);
});
