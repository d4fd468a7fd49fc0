import assert from "node:assert/strict";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { CertificateWatch } from "../../../src/app/tls/certificate-watch.ts";
import { type CheckedPair, readKeyPair } from "../../../src/app/tls/key-pair.ts";
import type { TlsOptions } from "../../../src/config/options.ts";
import { DAY } from "../../../src/contract/time/time-units.ts";
import { AnyObjects } from "../../../src/objects/any.ts";
import { scratchFolder } from "../../http/start-server.ts";
import { makeKeyPair } from "../../support/key-pair.ts";
import { RecordingLog } from "../log/recording-log.ts";

/** A watch over a pair that the test replaces by `next`. */
async function watching(t: TestContext) {
  const dir = scratchFolder(t);
  const tls = await makeKeyPair(dir, "tls");
  const next = await makeKeyPair(dir, "next");
  const initial = await readKeyPair(tls, new AnyObjects());
  const log = new RecordingLog();
  const recorded: string[] = [];
  const replaced: CheckedPair[] = [];
  // Both are valid then: a second may have begun between the two.
  const { validFrom } = await readKeyPair(next, new AnyObjects());
  const state = { now: validFrom };
  const watch = new CertificateWatch(tls, initial, {
    objects: new AnyObjects(),
    store: {
      record: async ({ alerts, resolves = [] }) => {
        recorded.push(...alerts.map(({ type }) => type), ...resolves.map(({ type }) => `${type} over`));
      },
    },
    log,
    now: () => state.now,
    onProblem: (_, error) => {
      throw error;
    },
    replace: async (pair) => void replaced.push(pair),
  });
  await watch.runOnce();
  // What an earlier run may have left open.
  assert.deepEqual(recorded.splice(0), ["config_invalid over"]);
  const twice = async (): Promise<void> => {
    await watch.runOnce();
    await watch.runOnce();
  };
  return { watch, twice, tls, next, initial, log, recorded, replaced, state };
}

function put({ certificate, key }: TlsOptions, at: TlsOptions): void {
  copyFileSync(certificate, at.certificate);
  copyFileSync(key, at.key);
}

test("a new pair is put in force, once, and an unchanged one is left alone", async (t) => {
  const { watch, twice, tls, next, initial, log, recorded, replaced } = await watching(t);
  await twice();
  assert.deepEqual([replaced, log.lines], [[], []]);
  put(next, tls);
  await twice();
  assert.equal(replaced.length, 1);
  assert.notEqual(replaced[0]?.fingerprint, initial.fingerprint);
  assert.match(log.lines[0]?.sentence ?? "", /new certificate, which expires on 20/);
  assert.deepEqual([recorded, watch.degraded], [[], null]);
});

test("a pair of which one file is replaced yet is waited for, and nobody is told", async (t) => {
  const { watch, tls, next, log, recorded, replaced } = await watching(t);
  copyFileSync(next.certificate, tls.certificate);
  await watch.runOnce();
  copyFileSync(next.key, tls.key);
  await watch.runOnce();
  await watch.runOnce();
  assert.deepEqual([replaced.length, recorded, log.problems], [1, [], []]);
});

test("a broken pair leaves the last good one in force, with one alert until it is mended", async (t) => {
  const { watch, twice, tls, next, initial, log, recorded, replaced } = await watching(t);
  copyFileSync(next.certificate, tls.certificate);
  await twice();
  await twice();
  assert.deepEqual([recorded, replaced], [["config_invalid"], []]);
  assert.match(log.problems[0]?.sentence ?? "", /last good one stays in force: The key in .* is not that of/);
  assert.match(watch.degraded ?? "", /not taken/);
  rmSync(tls.key);
  await twice();
  assert.equal(recorded.length, 2, "another fault is another sentence");
  put(next, tls);
  await twice();
  assert.deepEqual(recorded.slice(2), ["config_invalid over"]);
  assert.deepEqual([replaced.length, watch.degraded], [1, null]);
  assert.notEqual(replaced[0]?.fingerprint, initial.fingerprint);
  // What is in no log and no alert.
  writeFileSync(tls.key, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n");
  await twice();
  assert.ok(log.lines.every(({ sentence }) => !sentence.includes("c2VjcmV0")));
});

test("a new pair that is out of date is not taken", async (t) => {
  const { twice, tls, next, recorded, replaced, state } = await watching(t);
  state.now -= DAY;
  put(next, tls);
  await twice();
  assert.deepEqual([replaced, recorded], [[], ["config_invalid"]]);
});

test("a certificate that ends soon degrades the status and is logged once; one that has ended is an alert", async (t) => {
  const { watch, twice, initial, log, recorded, state } = await watching(t);
  state.now = initial.validTo - 3 * DAY;
  await twice();
  assert.match(watch.degraded ?? "", /^its certificate expires on 20.*: renew it in /);
  assert.deepEqual([log.problems.map(({ level }) => level), recorded], [["warn"], []]);
  state.now = initial.validTo;
  await twice();
  assert.deepEqual([log.problems.map(({ level }) => level), recorded], [["warn", "error"], ["config_invalid"]]);
  assert.match(watch.degraded ?? "", /has expired on 20/);
});
