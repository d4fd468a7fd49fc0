import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { serverAddress } from "../../../src/cli/remote/server-address.ts";
import { UsageError } from "../../../src/cli/usage-error.ts";
import { Place } from "../harness.ts";

const KEY = "fl_secret-key-0123456789";
const at = (flags: object, env: Record<string, string> = {}, cwd = "/") => serverAddress(flags, { env, cwd });

test("no server is named: the command is about this machine", () => {
  assert.equal(at({}), null);
  assert.equal(at({}, { FLOWLORD_SERVER: "", FLOWLORD_KEY: KEY }), null);
  assert.equal(at({ config: "a.toml" }, { FLOWLORD_SERVER: "https://a" }), null, "a file on the command line is meant");
  assert.equal(at({ set: ["a=b"] }, { FLOWLORD_SERVER: "https://a" }), null);
});

test("the flag comes before the environment, and the key from where it is named", (t) => {
  const place = new Place(t, { "key.txt": `${KEY}\n`, empty: "\n" });
  const env = { FLOWLORD_SERVER: "https://env.example.com/", FLOWLORD_KEY: "from-env" };
  assert.deepEqual(at({}, env), { url: "https://env.example.com", key: "from-env" });
  assert.deepEqual(at({ server: "https://a.example.com:8080/flowlord/" }, env), {
    url: "https://a.example.com:8080/flowlord",
    key: "from-env",
  });
  assert.equal(at({ key: KEY }, env)?.key, KEY);
  assert.equal(at({ keyFile: "key.txt" }, env, place.dir)?.key, KEY);
  const named = { FLOWLORD_SERVER: "https://a", FLOWLORD_KEY_FILE: join(place.dir, "key.txt") };
  assert.equal(at({}, named)?.key, KEY);
  assert.equal(at({}, { ...named, FLOWLORD_KEY: "first" })?.key, "first");
  assert.throws(() => at({ keyFile: "empty" }, env, place.dir), /empty is empty/);
  assert.throws(() => at({ keyFile: "none" }, env, place.dir), /cannot be read/);
  writeFileSync(join(place.dir, "key.txt"), "two words\n");
  assert.throws(() => at({ keyFile: "key.txt" }, env, place.dir), /a space or a character/);
});

test("what is no address, or would show the key, is a usage error that does not repeat it", () => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ server: "flowlord" }, /takes the address of an instance/],
    [{ server: "" }, /takes the address of an instance/],
    [{ server: "ftp://a" }, /neither https nor http/],
    [{ server: `https://me:${KEY}@a` }, /a name or password/],
    [{ server: `https://a?key=${KEY}` }, /before \? and #/],
    [{ server: "https://a", config: "x.toml" }, /choose one/],
    [{ server: "https://a", key: KEY, keyFile: "x" }, /not both/],
    [{ key: KEY }, /name it with --server/],
    [{ keyFile: "x" }, /name it with --server/],
    [{ server: "http://flowlord.example.com:8080", key: KEY }, /plain http can be read/],
    [{ server: "http://127.0.0.1.example.com", key: KEY }, /plain http can be read/],
    [{ server: "http://[::2]", key: KEY }, /plain http can be read/],
    [{ server: "https://a", key: `${KEY}\r\nx: y` }, /a space or a character/],
  ];
  for (const [flags, message] of wrong) {
    const check = (error: unknown): boolean => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, new RegExp(KEY));
      return true;
    };
    assert.throws(() => at(flags), check, JSON.stringify(flags));
  }
});

test("a key goes over plain http to this machine alone, and no key anywhere", () => {
  for (const server of ["http://localhost:8080", "http://127.0.0.1:8080", "http://127.8.9.1", "http://[::1]:80"])
    assert.equal(at({ server, key: KEY })?.key, KEY, server);
  assert.equal(at({ server: "http://flowlord.example.com" })?.key, null);
});
