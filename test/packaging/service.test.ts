import assert from "node:assert/strict";
import { spawnSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { loadConfig } from "../../src/config/load-config.ts";
import { makeKeyPair } from "../support/key-pair.ts";

const ROOT = join(import.meta.dirname, "../..");
const UNIT = readFileSync(join(ROOT, "packaging/systemd/flowlord.service"), "utf8");
const DOCKERFILE = readFileSync(join(ROOT, "packaging/Dockerfile"), "utf8");

test("systemd accepts the unit, and finds it hardened", (t) => {
  if (spawnSync("systemd-analyze", ["--version"]).status !== 0) {
    t.skip("skipped: systemd-analyze is missing, apt-get install systemd");
    return;
  }
  const dir = mkdtempSync(join(tmpdir(), "flowlord-unit-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, "flowlord.service");
  // It looks for the program; here it is not installed.
  writeFileSync(path, UNIT.replace("ExecStart=/usr/bin/flowlord", `ExecStart=${process.execPath}`));
  const verified = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" });
  assert.deepEqual([verified.status, verified.stderr], [0, ""]);
  const security = spawnSync("systemd-analyze", ["security", "--offline=true", "--threshold=25", path], {
    encoding: "utf8",
  });
  assert.equal(security.status, 0, security.stdout.split("\n").at(-2));
});

test("the unit starts what the package installs, and gives a stop the time that it takes", () => {
  assert.match(UNIT, /^ExecStart=\/usr\/bin\/flowlord serve -c \/etc\/flowlord\/flowlord\.toml$/m);
  assert.match(UNIT, /^Restart=always$/m);
  assert.ok(Number(/^TimeoutStopSec=(\d+)$/m.exec(UNIT)?.[1]) > 10);
  const [, page = ""] = /^Documentation=file:\S+\/flowlord\/(\S+)$/m.exec(UNIT) ?? [];
  assert.ok(existsSync(join(ROOT, page)), page);
});

test("the Dockerfile copies files that exist, is not root, checks its health and takes signals itself", () => {
  const lines = DOCKERFILE.replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => !/^(?:#|$)/.test(line));
  const known = /^(?:FROM|COPY|RUN|USER|WORKDIR|VOLUME|ENV|EXPOSE|HEALTHCHECK|STOPSIGNAL|ENTRYPOINT|CMD) /;
  assert.deepEqual(
    lines.filter((line) => !known.test(line)),
    [],
  );
  const sources = lines.flatMap((line) => /^COPY (?!--)(\S+) /.exec(line)?.[1] ?? []);
  assert.deepEqual(sources, ["flowlord-*.tgz", "packaging/health-check.js"]);
  assert.ok(existsSync(join(ROOT, "packaging/health-check.js")));
  const { name, engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    name: string;
    engines: { node: string };
  };
  assert.equal(name, "flowlord");
  for (const [, version = ""] of DOCKERFILE.matchAll(/^FROM node:(\d+)/gm))
    assert.ok(Number(version) >= Number(/\d+/.exec(engines.node)?.[0]), version);
  assert.match(DOCKERFILE, /^USER 10001$/m);
  assert.match(DOCKERFILE, /^HEALTHCHECK .*health-check\.js"\]$/m);
  assert.match(DOCKERFILE, /^ENTRYPOINT \["flowlord"\]$/m);
});

test("the variables of the Dockerfile are keys of the configuration", () => {
  const [, line = ""] = /^ENV ((?:.*\\\n)*.*)$/m.exec(DOCKERFILE) ?? [];
  const env = Object.fromEntries(line.split(/[\s\\]+/).map((pair) => pair.split("=") as [string, string]));
  const { FLOWLORD_CONFIG: _, NODE_ENV: __, ...keys } = env;
  const { options, warnings } = loadConfig({ file: null, env: keys, flags: new Map(), readFile: () => "", cwd: "/" });
  assert.deepEqual(warnings, []);
  assert.equal(options.sqlite.localPath, "/var/lib/flowlord/flowlord.db");
  assert.deepEqual([options.listen, options.insecure, options.auth.required], ["0.0.0.0", false, true]);
});

async function pairFor(t: TestContext): Promise<{ readonly cert: string; readonly key: string }> {
  const dir = mkdtempSync(join(tmpdir(), "flowlord-health-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const { certificate, key } = await makeKeyPair(dir, "one");
  return { cert: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
}

for (const scheme of ["http", "https"])
  test(`the health check says what /status says, over ${scheme}`, async (t) => {
    let status = 200;
    const answer: RequestListener = (request, response) => {
      response.statusCode = request.url === "/status" ? status : 404;
      response.end();
    };
    const server = scheme === "http" ? createServer(answer) : createTlsServer(await pairFor(t), answer);
    server.listen(0, "127.0.0.1");
    t.after(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const check = async (): Promise<unknown> => {
      const env = { ...process.env, FLOWLORD_STATUS_PORT: String(port) };
      const [code] = await once(spawn(process.execPath, [join(ROOT, "packaging/health-check.js")], { env }), "exit");
      return code;
    };
    assert.equal(await check(), 0);
    status = 503;
    assert.equal(await check(), 1);
    server.close();
    server.closeAllConnections();
    assert.equal(await check(), 1);
  });
