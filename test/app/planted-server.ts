import { createServer } from "node:http";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { openLog } from "../../src/app/log/log.ts";
import { serve } from "../../src/app/serve.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { ChangingRedact } from "../../src/contract/redact/changing-redact.ts";
import { mailReceiver } from "../notify/mail-receiver.ts";
import { freePort } from "../servers/server-process.ts";

/** A secret of each kind, planted where it may be; each is told from the others where it shows. */
export const CANARIES = {
  metaKey: "canary1metakey",
  infoParameter: "canary2info",
  json: "canary3json",
  message: "canary4message",
  env: "canary5 of/env",
  login: "canary6login",
  header: "canary7header",
  encoded: "canary8encoded",
  pattern: "canary9-77777777",
  note: "canary10note",
  file: "canary11file",
  deadLetter: "canary12letter",
  template: "canary13template",
  channel: "canary14channel",
  reason: "canary15reason",
} as const;

/** What must be nowhere: also pieces of those with signs that are encoded. */
export function canaryIn(text: string): string | null {
  return /canary\d+/.exec(text)?.[0] ?? null;
}

export const INFO = `?region=eu&db_password=${CANARIES.infoParameter}&body={"client_secret":"${CANARIES.json}"}`;
export const META = [
  `api_token=${CANARIES.metaKey}`,
  "day=1",
  `header=Bearer+${CANARIES.header}`,
  `url=${encodeURIComponent(`postgres://etl:${CANARIES.login}@db.example/x?pass=1`)}`,
  `nested=${encodeURIComponent(`secret=${CANARIES.encoded}`)}`,
  `customer=${CANARIES.pattern}`,
].join("&");

const WORKFLOW = `
[[phase]]
task = "load:daily"
cron = "0 5 * * *"
template = "?api_token=${CANARIES.template}&day={yyyy}-{mm}-{dd}"

[[phase]]
task = "check"
dependsOn = "load:daily"
`;

/** It says all that it got, in pieces, and fails: its task is alerted. */
const SCRIPT = `cat >> "$OUT"; printf '%s\\n' "$DB_PASSWORD" >> "$OUT"
printf 'db_pass'; sleep 0.1; echo "word=${CANARIES.message}"; echo "env: $DB_PASSWORD"; echo "meta: $FLOWLORD_META_API_TOKEN $FLOWLORD_INFO"
echo "no login at https://me:${CANARIES.message}@db.example/ with $DB_PASSWORD" >&2
exit 1`;

export interface Planted {
  readonly dir: string;
  readonly url: string;
  /** What channels received. */
  readonly sent: () => readonly string[];
  readonly log: () => string;
  /** What the worker got. */
  readonly got: () => string;
  stop(): Promise<number>;
}

/** A server with workers and every kind of channel, in a folder of its own, with its log in a file. */
export async function plantedServer(t: TestContext): Promise<Planted> {
  const dir = mkdtempSync(join(tmpdir(), "flowlord-canaries-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const bodies: string[] = [];
  const hook = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += String(part)));
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(200).end(`ok password=${CANARIES.channel}`);
    });
  }).listen(0, "127.0.0.1");
  await once(hook, "listening");
  t.after(() => {
    hook.close();
    hook.closeAllConnections();
  });
  const mail = await mailReceiver(t, { plain: true });
  const hookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
  const port = await freePort();
  const channel = (name: string, lines: string): string =>
    `[[channel]]\nname = "${name}"\nkind = "${name}"\nmin_frequency = "100ms"\n${lines}\n`;
  writeFileSync(join(dir, "flow.toml"), WORKFLOW);
  writeFileSync(join(dir, "run.sh"), SCRIPT);
  const config = `workflow = "{config_dir}/flow.toml"
status_port = ${port}
timezone = "UTC"
file_topic = "files"
[log]
file = "${dir}/flowlord.log"
level = "debug"
[sqlite]
local_path = "{config_dir}/tasks.db"
[redact]
patterns = ["canary[9]-[0-9]{8}"]
${channel("slack", `url = "${hookUrl}/slack/${CANARIES.channel}"`)}
${channel("webhook", `url = "${hookUrl}/hook"\nsecret = "${CANARIES.channel}"`)}
${channel("teams", `url = "${hookUrl}/teams"`)}
${channel("pagerduty", `url = "${hookUrl}/pager"\nrouting_key = "routing-key-of-the-test"`)}
${channel("email", `smtp_host = "127.0.0.1"\nsmtp_port = ${mail.options.port}\nsmtp_tls = "none"\nfrom = "a@example.com"\nto = ["b@example.com"]`)}
[[worker]]
type = "load"
exec = ["sh", "{config_dir}/run.sh"]
env = { DB_PASSWORD = "${CANARIES.env}", OUT = "${dir}/got" }
`;
  writeFileSync(join(dir, "flowlord.toml"), config);
  const { options } = loadConfig({
    file: join(dir, "flowlord.toml"),
    readFile: (path) => readFileSync(path, "utf8"),
    env: {},
    flags: new Map(),
    cwd: dir,
  });
  const redact = new ChangingRedact(options.redact);
  const standard = { isTerminal: false, write: () => true, close: () => undefined };
  const log = openLog(options.log, { standard, redact });
  const stop = new AbortController();
  const running = serve(options, { log, redact, signal: stop.signal });
  const url = `http://127.0.0.1:${port}`;
  const ended = running.then((code) => Promise.reject(new Error(`it ended with ${code}`)));
  ended.catch(() => undefined);
  t.after(async () => {
    stop.abort();
    await running;
  });
  while (!(await fetch(`${url}/status`).catch(() => null))?.ok) await Promise.race([pause(20), ended]);
  const read = (name: string): string => readFileSync(join(dir, name), "utf8");
  return {
    dir,
    url,
    // An encoded mail is decoded, as far as its text goes.
    sent: () => [...bodies, ...mail.mails.map(({ source }) => source.replaceAll("=\r\n", ""))],
    log: () => read("flowlord.log"),
    got: () => read("got"),
    stop: async () => {
      stop.abort();
      const code = await running;
      log.close();
      return code;
    },
  };
}

/** Until it is there; the test's own time limit ends a wait in vain. */
export async function eventually<T>(t: TestContext, ask: () => Promise<T | null> | T | null): Promise<T> {
  for (;;) {
    t.signal.throwIfAborted();
    const found = await ask();
    if (found !== null) return found;
    await pause(50);
  }
}
