import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const SOURCE = join(import.meta.dirname, "../../src");

/** The files that connect to other programs, and who says to which: never a request, a message or a workflow file. */
const OUTWARD: Readonly<Record<string, string>> = {
  "bus/nats/client.ts": "bus.nats_servers",
  "bus/nsq/lookup.ts": "bus.lookupd_hosts",
  "bus/nsq/wire/transport.ts": "bus.nsqd_hosts, and what nsqlookupd names",
  "bus/pubsub/client.ts": "bus.pubsub_host, or Google",
  "cli/instance-request.ts": "the file of the instance",
  "cli/remote/remote-target.ts": "--server, FLOWLORD_SERVER",
  "http/auth/oidc/provider.ts": "oidc.issuer, and what that names",
  "notify/email.ts": "channel.smtp_host",
  "notify/http-target.ts": "channel.url, slack.url and heartbeat.url",
  "objects/buckets/gcs-bucket.ts":
    "workflow, sqlite.backup_path, retention.archive, watch.path, and workflow files: Google, or STORAGE_EMULATOR_HOST",
  "objects/buckets/s3-bucket.ts":
    "workflow, sqlite.backup_path, retention.archive, watch.path, and workflow files: AWS, AWS_ENDPOINT_URL, or a host of file.hosts",
  "worker/http/http-post.ts": "worker.http",
};

/** What opens a connection: a function of Node, a global, or a package that is loaded. */
const OPENS = [
  /^import \{[^}]*\b(?:request|get|connect|createConnection|createSocket)\b[^}]*\} from "node:(?:http|https|http2|net|tls|dgram)"/m,
  /(?<![.#\w])(?<!async )(?:fetch\(|new (?:WebSocket|EventSource)\()/,
  /(?:(?<!typeof )import\(|^import (?!type )[^;]*from )"(?:nodemailer|openid-client|@google-cloud\/|@aws-sdk\/|@nats-io\/transport)/m,
];

test("only these files connect to other programs, and where is said by the configuration", () => {
  const found = globSync("**/*.ts", { cwd: SOURCE }).filter((file) => {
    const code = readFileSync(join(SOURCE, file), "utf8").replaceAll(/^ *(?:\/\/|\*|\/\*\*).*$/gm, "");
    return OPENS.some((opens) => opens.test(code));
  });
  assert.deepEqual(found.toSorted(), Object.keys(OUTWARD).toSorted());
});
