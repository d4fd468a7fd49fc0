import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { serve } from "../../../src/app/serve.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { Place } from "../../cli/harness.ts";
import { freePort } from "../../servers/server-process.ts";
import { makeKeyPair } from "../../support/key-pair.ts";
import { RecordingLog } from "../log/recording-log.ts";

const CONFIG = `workflow = "flow"
[tls]
certificate = "one.pem"
key = "one.key"
`;

test("an instance over TLS is found by the command line, whoever issued its certificate", async (t) => {
  const port = await freePort();
  const location = new Place(t, {
    "flow/a.toml": '[[phase]]\ntask = "load"\n',
  });
  await makeKeyPair(location.dir, "one");
  const { dir } = location;
  const file = join(dir, "flowlord.toml");
  const text = `status_port = ${port}\n${CONFIG}`;
  location.write("flowlord.toml", text);
  const { options } = loadConfig({ file, readFile: () => text, env: {}, flags: new Map(), cwd: dir });
  const log = new RecordingLog();
  const stop = new AbortController();
  const running = serve(options, { log, signal: stop.signal });
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) {
      t.signal.throwIfAborted();
      await Promise.race([
        pause(10),
        running.then((code) => assert.fail(`ended with ${code}: ${JSON.stringify(log.problems)}`)),
      ]);
    }
  };
  try {
    await until(() =>
      log.lines.some(({ sentence }) => sentence.startsWith(`The dashboard is at https://127.0.0.1:${port}/ `)),
    );
    const drained = await location.run(["drain"]);
    assert.deepEqual([drained.code, drained.err], [0, ""]);
    const published = await location.run(["publish", "done"], '{"type":"load","id":"x","result":"complete"}\n');
    assert.deepEqual([published.code, published.err], [0, ""]);
  } finally {
    stop.abort();
    assert.equal(await running, 0);
  }
  assert.deepEqual(
    log.problems.filter(({ component }) => component !== "workflows"),
    [],
  );
});

test("a start with a key of another certificate is refused with its sentence", async (t) => {
  const location = new Place(t, { "flow/a.toml": '[[phase]]\ntask = "load"\n', "flowlord.toml": CONFIG });
  await makeKeyPair(location.dir, "one");
  await makeKeyPair(location.dir, "other");
  location.write("flowlord.toml", CONFIG.replace("one.key", "other.key"));
  location.env = { FLOWLORD_STATUS_PORT: String(await freePort()) };
  const { code, err } = await location.run(["serve"]);
  assert.equal(code, 1);
  assert.match(err, /The key in .*other\.key is not that of the certificate in .*one\.pem/);
});
