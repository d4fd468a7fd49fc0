import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { expiresSoon, outOfDate, readKeyPair } from "../../../src/app/tls/key-pair.ts";
import type { TlsOptions } from "../../../src/config/options.ts";
import { DAY } from "../../../src/contract/time/time-units.ts";
import { AnyObjects } from "../../../src/objects/any.ts";
import { scratchFolder } from "../../http/start-server.ts";
import { makeKeyPair, VALID_DAYS } from "../../support/key-pair.ts";

async function refusal(tls: TlsOptions): Promise<{ code: string; message: string }> {
  try {
    await readKeyPair(tls, new AnyObjects());
  } catch (error) {
    return error as { code: string; message: string };
  }
  return assert.fail("it was taken");
}

test("a pair is read, with its key's passphrase where it has one", async (t) => {
  const dir = scratchFolder(t);
  const plain = await makeKeyPair(dir, "plain");
  const { fingerprint, validFrom, validTo } = await readKeyPair(plain, new AnyObjects());
  assert.match(fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  assert.equal(validTo - validFrom, VALID_DAYS * DAY);
  const sealed = await makeKeyPair(dir, "sealed", { passphrase: "open sesame" });
  assert.equal((await readKeyPair(sealed, new AnyObjects())).passphrase, "open sesame");
  for (const passphrase of ["", "wrong"]) {
    const { code, message } = await refusal({ ...sealed, passphrase });
    assert.deepEqual([code, message.includes("tls.passphrase")], ["no_key", true]);
  }
});

test("what is no pair is refused, with the file and what to do", async (t) => {
  const dir = scratchFolder(t);
  const one = await makeKeyPair(dir, "one");
  const other = await makeKeyPair(dir, "other");
  assert.equal((await refusal({ ...one, certificate: join(dir, "none.pem") })).code, "not_found");
  const mixed = await refusal({ ...one, key: other.key });
  assert.equal(mixed.code, "other_key");
  assert.ok(mixed.message.includes(other.key) && mixed.message.includes(one.certificate), mixed.message);
  assert.equal((await refusal({ ...one, certificate: one.key })).code, "no_certificate");
  assert.equal((await refusal({ ...one, key: one.certificate })).code, "no_key");
  writeFileSync(join(dir, "empty.pem"), "");
  assert.equal((await refusal({ ...one, certificate: join(dir, "empty.pem") })).code, "no_certificate");
  assert.equal((await refusal({ ...one, key: join(dir, "empty.pem") })).code, "no_key");
  const weak = await makeKeyPair(dir, "weak", { newKey: ["rsa:1024"] });
  const { code, message } = await refusal(weak);
  assert.equal(code, "not_usable");
  assert.match(message, /2048 bits/);
});

test("a pair is out of date before and after its time, and ends soon in its last two weeks", async (t) => {
  const pair = await readKeyPair(await makeKeyPair(scratchFolder(t), "one"), new AnyObjects());
  const { validFrom, validTo } = pair;
  assert.match(outOfDate(pair, validFrom - 1) ?? "", /^its certificate is valid only from 20/);
  assert.deepEqual([outOfDate(pair, validFrom), outOfDate(pair, validTo - 1)], [null, null]);
  assert.match(outOfDate(pair, validTo) ?? "", /^its certificate has expired on 20/);
  assert.equal(expiresSoon(pair, validTo - 14 * DAY), null);
  assert.match(expiresSoon(pair, validTo - 14 * DAY + 1) ?? "", /^its certificate expires on 20/);
  assert.equal(expiresSoon(pair, validTo), null, "it has expired");
});
