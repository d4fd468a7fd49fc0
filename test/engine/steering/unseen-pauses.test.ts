import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DAY, HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { PauseCheck } from "../../../src/engine/alerts/check-pauses.ts";
import { BackfillRunner } from "../../../src/engine/backfill/advance-backfills.ts";
import { queryWhyNot } from "../../../src/engine/query-why-not.ts";
import { begin, turns } from "../backfill/ask.ts";
import { alerts, phase, rigWith, takeSent } from "../rig/drive.ts";
import { WAYS_IN, HOURLY, A, ALL, ANN, control } from "./pause-control.ts";

describe("a pause that is not seen", () => {
  it("is told by an alert after a day, one for all phases", async (t) => {
    const rig = await rigWith(t, phase("a", WAYS_IN) + phase("b", WAYS_IN));
    const { store, context } = rig;
    const check = new PauseCheck({ runtime: context.runtime, store, graph: () => context.graph() });
    await control(rig).pause({ ...A, until: null, ...ANN });
    await control(rig).pause({ ...ALL, until: rig.now + 3 * DAY, ...ANN });
    rig.now += DAY - MINUTE;
    await check.run();
    assert.deepEqual(alerts(rig), []);
    rig.now += MINUTE;
    await check.run();
    assert.deepEqual(
      alerts(rig).map(({ message }) => message),
      [
        "all phases have been paused since 2026-11-24T12:00:00Z by ann: flowlord resume --all",
        "a of flow.toml has been paused since 2026-11-24T12:00:00Z by ann: flowlord resume a --workflow flow.toml",
      ],
    );
    await control(rig).resume({ ...ALL, drop: false, by: "ann", reason: "" });
    rig.now += MINUTE;
    await check.run();
    assert.deepEqual(
      alerts(rig).map(({ state }) => state),
      ["resolved", "open"],
    );
  });

  it("holds the backfills of the phase until the resume", async (t) => {
    const rig = await rigWith(t, phase("a", { rule: "cron=0 5 * * *", retry: 0 }));
    const runner = new BackfillRunner(rig.context, 10);
    await control(rig).pause({ ...A, until: null, ...ANN });
    await begin(rig, "2026-11-01", "2026-11-03", { total: 3 });
    await turns(runner, 3);
    assert.deepEqual(takeSent(rig), []);
    await control(rig).resume({ ...A, drop: false, by: "ann", reason: "" });
    await turns(runner, 3);
    assert.equal(takeSent(rig).length, 3);
  });

  it("is said by why-not", async (t) => {
    const rig = await rigWith(t, phase("a", HOURLY) + phase("f", { files: "/in/*" }));
    await control(rig).pause({ ...A, until: rig.now + HOUR, ...ANN });
    const ask = async (type: string): Promise<readonly string[]> => {
      const taskTime = { kind: "instant", at: rig.now + 2 * HOUR } as const;
      const { lineage } = rig.store.reads;
      const sources = { lineage, graph: rig.context.graph(), now: rig.now, zone: "UTC" };
      const [answer] = await queryWhyNot({ type, job: null, workflow: null, taskTime }, sources);
      return (answer?.findings ?? []).filter(({ code }) => code === "paused").map(({ sentence }) => sentence);
    };
    assert.deepEqual(await ask("f"), []);
    const [said = ""] = await ask("a");
    assert.match(said, /^`a` is paused since .* by ann \(new disk\); it goes on at 2026-11-24 13:00:00Z, or with/);
    await control(rig).pause({ ...ALL, until: null, ...ANN });
    assert.match((await ask("f"))[0] ?? "", /^everything is paused since/);
  });
});
