import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { InstanceFile } from "../../../src/contract/api/instance-api.ts";
import { randomFrom, SEED } from "../../support/seed.ts";
import { freePort, Place, type Process, rows, until } from "../flowlord.ts";

const ROUNDS = 10;
/** By then most requests are done. */
const MOST_MS = 150;

/** Large enough that half of it would be seen. */
function text(round: number): string {
  const filler = Array.from({ length: 2000 }, (_, line) => `# line ${line} of round ${round}\n`).join("");
  return `[[phase]]\ntask = "load"\nrule = "cron=@yearly"\ntemplate = "?round=${round}"\n${filler}# end ${round}\n`;
}

it("killed while it saves a workflow, the file is the text before or the new one", { timeout: 300_000 }, async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const random = randomFrom(SEED);
  const port = await freePort();
  const place = new Place(t, {
    "flowlord.toml": `workflow = "{config_dir}/flow"
status_port = ${port}
[sqlite]
local_path = "{config_dir}/tasks.db"
[web]
edit = true
`,
    "flow/main.toml": text(0),
  });
  const folder = place.path("flow");
  const database = place.path("tasks.db");
  const read = (): string => readFileSync(place.path("flow/main.toml"), "utf8");
  const start = async (): Promise<Process> => {
    const process = place.flowlord(["serve"]);
    await until(async () => (await fetch(`http://127.0.0.1:${port}/status`).catch(() => null))?.ok === true);
    return process;
  };
  async function save(from: string, to: string): Promise<number | null> {
    const { token } = JSON.parse(readFileSync(`${database}.instance`, "utf8")) as InstanceFile;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const checksum = createHash("sha256").update(from).digest("hex");
    const body = JSON.stringify({ path: "main.toml", text: to, checksum, reason: "a round" });
    try {
      return (await fetch(`http://127.0.0.1:${port}/api/workflows/source`, { method: "PUT", headers, body })).status;
    } catch {
      // It was killed meanwhile.
      return null;
    }
  }

  let flowlord = await start();
  const seen = { old: 0, new: 0 };
  for (let round = 1; round <= ROUNDS; round += 1) {
    const before = read();
    const files = readdirSync(folder).length;
    const saving = save(before, text(round));
    // Some as soon as something is written, some as soon as it is in place, the others at any time.
    if (round % 3 === 0) await until(() => readdirSync(folder).length > files || read() !== before, 1);
    else if (round % 3 === 1) await until(() => read() !== before, 1);
    else await pause(random() * MOST_MS);
    await flowlord.kill();
    const status = await saving;
    const after = read();
    assert.ok(after === before || after === text(round), `round ${round}: half of a text`);
    if (status === 200) assert.equal(after, text(round));
    seen[after === before ? "old" : "new"] += 1;
    flowlord = await start();
    assert.equal(read(), after);
    const [stored] = rows<{ source: string }>(
      database,
      "SELECT v.source FROM workflow_files f JOIN workflow_versions v ON v.id = f.version_id",
    );
    assert.equal(stored?.source, after);
  }
  t.diagnostic(JSON.stringify(seen));
  assert.ok(seen.new > 0);
  // A draft that a kill left is hidden, and no workflow.
  const left = readdirSync(folder).filter((name) => name !== "main.toml");
  assert.ok(left.every((name) => name.startsWith(".main.toml.saving-")));
  await flowlord.interrupt();
});
