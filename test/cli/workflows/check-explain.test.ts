import assert from "node:assert/strict";
import { test } from "node:test";
import { Place } from "../harness.ts";

const FLOW = `[[phase]]
task = "load:\\u001b[31mred"
cron = "0 5 * * *"
timezone = "Europe/Berlin"

[[phase]]
task = "sum"
dependsOn = "load"
retry = 2
retry_delay = "30s"
`;

test("check --explain says of each phase what it does, by the defaults of the configuration", async (t) => {
  const location = new Place(t, {
    "flowlord.toml": 'workflow = "flow"\n[sqlite]\ntask_ttl = "2h"\n',
    "flow/a.toml": FLOW,
  });
  const { code, out } = await location.run(["check", "--explain"]);
  assert.equal(code, 0);
  const [load, sum] = out.split("\n");
  assert.match(
    load ?? "",
    /^flow\/a\.toml:1: load:.*red: Starts every day at 05:00 \(Europe\/Berlin\), for that time\. It is not retried\. /,
  );
  assert.ok(!(load ?? "").includes("\u001b"), "what a file says does nothing in a terminal");
  assert.equal(
    sum,
    "flow/a.toml:6: sum: Starts when load completes, for the same task time. Retries twice, after 30 s each, with 0 to 40 % added. " +
      "Alerts when no retry is left. A task without a result 2 h after its creation raises an alert.",
  );
  const json = JSON.parse((await location.run(["check", "--explain", "--json"])).out) as { phases: object[] };
  assert.partialDeepStrictEqual(json.phases[1], { file: "flow/a.toml", line: 6, task: "sum" });
  assert.doesNotMatch((await location.run(["check", "--json"])).out, /"phases"/);
});
