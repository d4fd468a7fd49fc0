import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "../../../src/store/sqlite/database/connection.ts";
import { isLong } from "../../faults/pipeline.ts";
import { randomFrom, SEED } from "../../support/seed.ts";
import { freePort, Place, rows, until } from "../flowlord.ts";

const KILLS = isLong ? 100 : 6;
/** Each ticks every ten seconds for two minutes, which the restore holds. */
const [PHASES, MINUTES] = [300, 2];
const TICKS = PHASES * MINUTES * 6;

interface Status {
  readonly restore: { readonly state: string };
}

/** As `{TS}` writes it. */
function secondOf(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
}

/** Ticks of a restored database that nobody decided about yet. */
async function scene(place: Place, port: number) {
  const phase = (n: number): string =>
    `[[phase]]\ntask = "tick:${n}"\ncron = "*/10 * * * * *"\ncatchup = "all"\ntemplate = "?at={TS}"\n`;
  place.write("flow.toml", Array.from({ length: PHASES }, (_, n) => phase(n)).join(""));
  place.write(
    "flowlord.toml",
    `workflow = "{config_dir}/flow.toml"\nstatus_port = ${port}\ntimezone = "UTC"\n[bus]\nbus = "nop"\n[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n`,
  );
  const first = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await first.says("Ctrl-C");
  await first.interrupt();
  const restoredAt = Math.floor(Date.now() / 1000) * 1000 + 500;
  const dataAt = restoredAt - MINUTES * 60_000;
  const db = connect(place.path("tasks.db"), { readonly: false, cacheKib: 256 });
  db.exec("DELETE FROM task_records");
  db.prepare("UPDATE schedules SET cursor_at = ?").run(dataAt);
  db.prepare(
    `INSERT INTO restores (id, backup_id, data_at, restored_at, reason, kept_aside, state) VALUES ('r1', 'b1', ?, ?, 'hand', NULL, 'held')`,
  ).run(dataAt, restoredAt);
  db.close();
  return restoredAt;
}

for (const decision of ["accept", "drop"] as const)
  test(
    `restore ${decision}, killed ${KILLS} times: each held tick is decided once`,
    { timeout: 120_000 + KILLS * 10_000 },
    async (t) => {
      t.diagnostic(`seed ${SEED}`);
      const random = randomFrom(SEED);
      const port = await freePort();
      const place = new Place(t);
      const restoredAt = await scene(place, port);
      const ask = async (path: string, method = "GET"): Promise<Status> => {
        const headers = method === "GET" ? {} : { "content-type": "application/json" };
        const answer = await fetch(`http://127.0.0.1:${port}/api/restore${path}`, {
          method,
          headers,
          ...(method === "GET" ? {} : { body: "{}" }),
        });
        assert.ok(answer.ok, `${answer.status}`);
        return (await answer.json()) as Status;
      };
      let server = place.flowlord(["serve", "-c", "flowlord.toml"]);
      await server.says("Ctrl-C");
      assert.equal((await ask("")).restore.state, "held");
      await ask(`/${decision}`, "POST");
      let inTheMiddle = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        await pause(kill === 0 ? 0 : random() * 60);
        await server.kill();
        const [{ state } = { state: "" }] = rows<{ state: string }>(
          place.path("tasks.db"),
          "SELECT state FROM restores",
        );
        if (state === "held") inTheMiddle += 1;
        server = place.flowlord(["serve", "-c", "flowlord.toml"]);
        await server.says("Ctrl-C");
      }
      await until(async () => (await ask("")).restore.state !== "held");
      assert.equal((await ask("")).restore.state, decision === "accept" ? "accepted" : "dropped");
      const decided = rows<{ job: string; info: string }>(
        place.path("tasks.db"),
        `SELECT job, info FROM task_records WHERE info <= '?at=${secondOf(restoredAt)}'`,
      ).map(({ job, info }) => `${job} ${info}`);
      t.diagnostic(`${inTheMiddle} of ${KILLS} kills before it was done`);
      assert.ok(inTheMiddle > 0);
      assert.equal(new Set(decided).size, decided.length, "no tick was decided twice");
      assert.equal(decided.length, decision === "accept" ? TICKS : 0);
    },
  );
