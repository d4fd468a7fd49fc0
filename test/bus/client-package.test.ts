import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DUCKDB_PACKAGES, loadDuckDb } from "../../src/app/archive/duckdb.ts";
import { loadClient } from "../../src/bus/client-package.ts";
import { NATS_PACKAGES } from "../../src/bus/nats/client.ts";
import { PUBSUB_PACKAGES } from "../../src/bus/pubsub/client.ts";
import { loadClient as loadObjectClient } from "../../src/objects/buckets/client-package.ts";
import { GCS_PACKAGES } from "../../src/objects/buckets/gcs-bucket.ts";
import { S3_PACKAGES } from "../../src/objects/buckets/s3-bucket.ts";
import { pageText } from "../docs/page.ts";

const { devDependencies, peerDependencies } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as Record<"devDependencies" | "peerDependencies", Record<string, string>>;

test("the error of a missing client names the version range of package.json and the docs", async () => {
  const named = [...DUCKDB_PACKAGES, ...GCS_PACKAGES, ...NATS_PACKAGES, ...PUBSUB_PACKAGES, ...S3_PACKAGES].toSorted();
  assert.deepEqual(
    named,
    Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`),
  );
  const missing = Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" });
  for (const [page, packages] of [
    ["buses/nats.md", NATS_PACKAGES],
    ["buses/pubsub.md", PUBSUB_PACKAGES],
  ] as const) {
    const command = `npm install ${packages.map((name) => `"${name}"`).join(" ")}`;
    await assert.rejects(
      loadClient("x", packages, () => Promise.reject(missing)),
      { code: "unavailable", message: `The bus "x" needs a client that is not installed. Run: ${command}` },
    );
    assert.ok(pageText(page).includes(`\`${command}\``), command);
  }
});

test("so does that of a bucket", async () => {
  const missing = Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" });
  for (const packages of [GCS_PACKAGES, S3_PACKAGES]) {
    const command = `npm install ${packages.map((name) => `"${name}"`).join(" ")}`;
    await assert.rejects(
      loadObjectClient("x", packages, () => Promise.reject(missing)),
      { code: "unreadable", message: `x:// needs a client that is not installed. Run: ${command}` },
    );
    assert.ok(pageText("operations.md").includes(`\`${command}\``), command);
  }
  const broken = new Error("broken");
  await assert.rejects(
    loadObjectClient("x", S3_PACKAGES, () => Promise.reject(broken)),
    broken,
  );
});

test("so does that of DuckDB", async () => {
  const missing = Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" });
  const command = `npm install "${DUCKDB_PACKAGES.join(" ")}"`;
  await assert.rejects(
    loadDuckDb(() => Promise.reject(missing)),
    { code: "no_client", message: `archive query needs DuckDB, which is not installed. Run: ${command}` },
  );
  assert.ok(pageText("command-line.md").includes(`\`${command}\``), command);
  const broken = new Error("broken");
  await assert.rejects(
    loadDuckDb(() => Promise.reject(broken)),
    broken,
  );
});

test("another error of a client is not reported as a missing package", async () => {
  const broken = new Error("broken");
  await assert.rejects(
    loadClient("x", NATS_PACKAGES, () => Promise.reject(broken)),
    broken,
  );
});

test("the range of a client includes the tested version, and Pub/Sub's excludes the one that cannot be installed", () => {
  for (const [name, range] of Object.entries(peerDependencies)) {
    const tested = devDependencies[name] ?? assert.fail(name);
    assert.match(tested, /^\d+\.\d+\.\d+(?:-r\.\d+)?$/);
    assert.ok(
      range.split(" || ").some((part) => part.replace("^", "") === tested),
      name,
    );
  }
  assert.equal(peerDependencies["@google-cloud/pubsub"], "6.3.0 || ^6.3.3");
});
