import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isSameSecret,
  newKey,
  newSecret,
  PASSWORD_COST,
  Passwords,
  sha256,
} from "../../../src/engine/access/secrets.ts";

const QUICK = { ln: 4, p: 1 };

test("a password is right for its own hash alone, and each hash has a salt of its own", async () => {
  const passwords = new Passwords(QUICK);
  const [one, other] = [await passwords.hash("correct horse"), await passwords.hash("correct horse")];
  assert.notEqual(one, other);
  assert.match(one, /^\$scrypt\$ln=4,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.equal(await passwords.isRight("correct horse", one), true);
  assert.equal(await passwords.isRight("correct Horse", one), false);
  assert.equal(await passwords.isRight("", one), false);
});

test("a password is the same however its letters are composed", async () => {
  const passwords = new Passwords(QUICK);
  assert.equal(await passwords.isRight("Zoë Zoë Zoë", await passwords.hash("Zoe\u0308 Zoe\u0308 Zoe\u0308")), true);
});

test("a hash of another cost is read by that cost, and what is no hash matches nothing", async () => {
  const stored = await new Passwords({ ln: 5, p: 2 }).hash("a long password");
  const passwords = new Passwords(QUICK);
  assert.equal(await passwords.isRight("a long password", stored), true);
  for (const broken of [null, "", "a long password", "$scrypt$ln=4,r=8,p=1$$"])
    assert.equal(await passwords.isRight("a long password", broken), false, String(broken));
});

test("the cost in use is the one that is recommended", async () => {
  const stored = await new Passwords().hash("a long password");
  assert.match(stored, new RegExp(`^\\$scrypt\\$ln=${PASSWORD_COST.ln},r=8,p=${PASSWORD_COST.p}\\$`));
});

test("passwords wait for each other, and no more than twenty of them", async () => {
  const passwords = new Passwords(QUICK);
  const all = await Promise.allSettled(Array.from({ length: 25 }, () => passwords.hash("a long password")));
  const refused = all.filter((one) => one.status === "rejected");
  assert.equal(refused.length, 5);
  assert.equal(refused[0]?.reason.code, "too_many_logins");
  assert.ok(await passwords.hash("afterwards"));
});

test("secrets have 256 bits, and a key says what it is", () => {
  assert.match(newSecret(), /^[\w-]{43}$/);
  const { key, beginning } = newKey();
  assert.match(key, /^flk_[\w-]{43}$/);
  assert.ok(key.startsWith(beginning) && beginning.length === 10);
  assert.equal(sha256("abc").length, 64);
  assert.ok(isSameSecret("abc", "abc") && !isSameSecret("abc", "abcd"));
});
