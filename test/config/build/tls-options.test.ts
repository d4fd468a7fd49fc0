import assert from "node:assert/strict";
import test from "node:test";
import { loadConfig } from "../../../src/config/load-config.ts";
import { ConfigError } from "../../../src/config/read/issue.ts";
import { secretsOf, shownSettings } from "../../../src/config/shown.ts";

function load(toml: string, env: Readonly<Record<string, string>> = {}) {
  const readFile = (path: string): string => (path === "/run/secrets/tls" ? "from a file\n" : toml);
  return loadConfig({ file: "c.toml", readFile, env, flags: new Map(), cwd: "/srv" });
}

function refusals(toml: string): readonly string[] {
  try {
    load(toml);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.issues.map(({ code, message, line }) => `${code} ${line}: ${message}`);
  }
  return assert.fail(toml);
}

test("without [tls] the server speaks plain HTTP; with it, paths are local and the passphrase is hidden", () => {
  assert.equal(load("").options.tls, null);
  const { options, settings } = load(
    '[tls]\ncertificate = "tls/a.pem"\nkey = "/etc/a.key"\npassphrase = "open sesame"\n',
  );
  assert.deepEqual(options.tls, { certificate: "/srv/tls/a.pem", key: "/etc/a.key", passphrase: "open sesame" });
  assert.deepEqual(secretsOf(settings), ["open sesame"]);
  assert.ok(shownSettings(settings).every(({ value }) => !value.includes("sesame")));
});

test("the passphrase may come from the environment, or from a file that it names", () => {
  const pair = '[tls]\ncertificate = "a.pem"\nkey = "a.key"\n';
  assert.equal(load(pair, { FLOWLORD_TLS__PASSPHRASE: "env" }).options.tls?.passphrase, "env");
  const named = load(pair, { FLOWLORD_TLS__PASSPHRASE_FILE: "/run/secrets/tls" });
  assert.equal(named.options.tls?.passphrase, "from a file");
});

test("half a pair is refused at its line", () => {
  assert.deepEqual(refusals('[tls]\ncertificate = "a.pem"\n'), [
    "missing 2: `tls.certificate` is set, and `tls.key` is not",
  ]);
  assert.deepEqual(refusals('[tls]\nkey = "a.key"\n'), ["missing 2: `tls.key` is set, and `tls.certificate` is not"]);
  assert.deepEqual(refusals('[tls]\npassphrase = "x"\n'), [
    "missing 2: `tls.passphrase` is set, and `tls.certificate` is not",
  ]);
});
