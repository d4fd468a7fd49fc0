import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DAY } from "../../../src/contract/time/time-units.ts";
import { makeKeyPair, VALID_DAYS } from "../../support/key-pair.ts";
import { Place } from "../harness.ts";

test("check says of the certificate what the start would, and whether it ends soon", async (t) => {
  const location = new Place(t, {
    "flow/a.toml": '[[phase]]\ntask = "load"\ncron = "@daily"\n',
    "flowlord.toml":
      'workflow = "flow"\n[[worker]]\ntype = "load"\nexec = ["true"]\n[tls]\ncertificate = "one.pem"\nkey = "one.key"\n',
  });
  location.env = { PATH: "/usr/bin:/bin" };
  const madeAt = Date.now();
  location.now = madeAt + DAY;
  const checked = async (): Promise<[number, string[]]> => {
    const { code, out } = await location.run(["check", "--json"]);
    const { issues } = JSON.parse(out) as { issues: { severity: string; code: string; line: number }[] };
    return [code, issues.map((issue) => `${issue.severity} ${issue.code} ${issue.line}`)];
  };
  assert.deepEqual(await checked(), [1, ["error bad_certificate 6"]], "there is no file yet");
  await makeKeyPair(location.dir, "one");
  await makeKeyPair(location.dir, "other");
  assert.deepEqual(await checked(), [0, []]);
  location.now = madeAt + (VALID_DAYS - 2) * DAY;
  assert.deepEqual(await checked(), [0, ["warning expires_soon 6"]]);
  location.now = madeAt + (VALID_DAYS + 1) * DAY;
  assert.deepEqual(await checked(), [0, ["warning out_of_date 6"]]);
  copyFileSync(join(location.dir, "other.key"), join(location.dir, "one.key"));
  const { code, out } = await location.run(["check"]);
  assert.equal(code, 1);
  assert.match(out, /flowlord\.toml:6:1: error bad_certificate: `tls`: The key in .*one\.key is not that of/);
  // Files alone may be of another configuration.
  assert.equal((await location.run(["check", "flow"])).code, 0);
});
