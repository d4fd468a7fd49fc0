import assert from "node:assert/strict";
import { test } from "node:test";
import { foldKey, nearName } from "../../../src/core/text/near-name.ts";

test("keys fold case, underscore and hyphen", () => {
  for (const spelling of ["dependsOn", "DependsOn", "depends_on", "DEPENDS-ON", "depend\u017fOn"])
    assert.equal(foldKey(spelling), "dependson");
});

test("a near name is found, a far one and a short one are not", () => {
  const known = ["cron", "by", "for", "files", "retry_delay"];
  assert.equal(nearName("retry-dely", known), "retry_delay");
  assert.equal(nearName("Cron", known), "cron");
  assert.equal(nearName("file", known), "files");
  for (const far of ["x", "bz", "table", "crontab", "retries"]) assert.equal(nearName(far, known), null);
});
