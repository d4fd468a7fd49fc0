import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backload } from "../../../src/engine/backfill/backload.ts";
import { dataOf, phase, records, rigWith, takeSent } from "../rig/drive.ts";

const everywhere = { mayRead: async () => true, rejected: () => [] };

describe("POST /backload", () => {
  it("creates its tasks at once, as its answer says", async (t) => {
    const rig = await rigWith(t, phase("a", { rule: "cron=0 5 * * *", template: "?day={yyyy}-{mm}-{dd}" }));
    const body = JSON.stringify({ task: "a", from: "2026-01-01", To: "2026-01-03", execute: true });
    const { status, body: text } = await backload(body, rig.context, everywhere);
    assert.equal(status, 200);
    const answer = JSON.parse(text);
    assert.equal(answer.Status, "Executed: phase found in flow.toml, using default day iterator");
    const sent = takeSent(rig);
    assert.equal(answer.Count, 3);
    assert.deepEqual(
      answer.Tasks,
      sent.map(({ type, info, created, id, meta }) => ({ type, info, created, id, meta })),
    );
    assert.equal(dataOf(rig, "backfilled")["by"], "POST /backload");
  });

  it("creates nothing in a dry run, and holds what goes past the cap of the phase", async (t) => {
    const rig = await rigWith(t, phase("a", { max_active: 1, template: "?day={dd}" }));
    const body = { Task: "a", From: "2026-01-01", To: "2026-01-02" };
    const dry = await backload(JSON.stringify(body), rig.context, everywhere);
    assert.match(dry.body, /"DRY RUN ONLY: /);
    assert.deepEqual(records(rig), []);
    await backload(JSON.stringify({ ...body, Execute: true }), rig.context, everywhere);
    assert.deepEqual(records(rig), ["a queued - 0", "a waiting - 0"]);
  });

  it("reads no meta file that a request may not name", async (t) => {
    const rig = await rigWith(t, phase("a", { template: "?n={meta:name}" }));
    const body = JSON.stringify({ Task: "a", At: "2026-01-01", "meta-file": "/etc/passwd" });
    const { status, body: text } = await backload(body, rig.context, { ...everywhere, mayRead: async () => false });
    assert.equal(status, 400);
    assert.match(text, /meta_roots/);
  });

  it("says of a phase in a file that is not accepted what is wrong with it", async (t) => {
    const rig = await rigWith(t, phase("a", { template: "x" }));
    await rig.write(
      "bad.toml",
      phase("odd", { rule: "cron=@daily&meta=plain", template: "y" }) + phase("b", { template: "z" }),
    );
    const rejected = (await rig.reload()).files.filter(({ accepted }) => !accepted);
    const ask = (Task: string) =>
      backload(JSON.stringify({ Task, At: "2026-01-01" }), rig.context, { ...everywhere, rejected: () => rejected });
    assert.equal((await ask("odd")).body, "invalid rule found for odd\n");
    const other = await ask("b");
    assert.deepEqual(
      [other.status, other.body],
      [400, "b is in bad.toml, which is not accepted: flowlord check says why\n"],
    );
    assert.equal((await ask("nobody")).body, "no template found for nobody\n");
  });
});
