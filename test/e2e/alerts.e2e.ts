import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createSlackChannel } from "../../src/notify/slack.ts";
import { httpReceiver, type HttpReceiver } from "../notify/http-receiver.ts";
import { mailReceiver, partsOf } from "../notify/mail-receiver.ts";
import { freePort, Place, rows, until } from "./flowlord.ts";

const WORKFLOW = `
[[phase]]
task = "load:eu"
cron = "0 0 1 1 *"

[[phase]]
task = "pull"
cron = "0 0 1 1 *"

[[phase]]
task = "look"
cron = "0 0 1 1 *"
template = "?day={yyyy}-{mm}-{dd}"
`;

const WORKER = `
[[worker]]
type = "look"
exec = ["sh", "-c", "echo look at this; exit 4"]
exit_codes = { alert = [4] }
`;

interface Posted {
  readonly attachments: readonly { readonly text: string }[];
}

/** A receiver of Slack's kind, which is also told of the heartbeat. */
async function slackReceiver(t: TestContext): Promise<HttpReceiver> {
  return await httpReceiver(
    t,
    (url) => createSlackChannel({ name: "", url, channel: "", prefix: "", title: "", now: () => 0 }),
    ({ headers, body }) => ({
      id: String(headers["webhook-id"] ?? ""),
      text: body === "" ? "" : ((JSON.parse(body) as Posted).attachments[0]?.text ?? ""),
    }),
  );
}

/** What a worker elsewhere reports of a task that failed. */
function failed(type: string, job: string, hour: string): string {
  const meta = `workflow=flow.toml&cron=2026-03-04T${hour}&job=${job}`;
  const created = "2026-03-04T05:00:00Z";
  return JSON.stringify({
    type,
    job,
    info: `?h=${hour}`,
    id: `${type}-${hour}`,
    created,
    meta,
    result: "error",
    msg: "no rows",
  });
}

interface Notified {
  readonly delivery_id: string;
  readonly state: string;
  readonly attempts: number;
}

test(
  "people are told by Slack and mail: summaries, at once, also across a kill, and not of what is silenced",
  { timeout: 240_000 },
  async (t) => {
    const slack = await slackReceiver(t);
    const mail = await mailReceiver(t);
    const port = await freePort();
    const place = new Place(t, {
      "flow.toml": WORKFLOW,
      "flowlord.toml": `
workflow = "{config_dir}/flow.toml"
status_port = ${port}
timezone = "UTC"
[sqlite]
local_path = "{config_dir}/tasks.db"
[slack]
url = "${slack.url}"
channel = "#ops"
prefix = "prod"
min_frequency = "1s"
max_frequency = "2s"
[[channel]]
name = "mail"
kind = "email"
smtp_host = "${mail.options.host}"
smtp_port = ${mail.options.port}
smtp_ca = "${mail.certificates.ca}"
smtp_user = "${mail.options.login?.user}"
from = "flowlord@example.com"
to = ["ops@example.com"]
types = ["load"]
min_frequency = "1s"
max_frequency = "2s"
[heartbeat]
url = "${new URL("/beat", slack.url).href}"
every = "1s"
${WORKER}`,
    });
    const password = { FLOWLORD_CHANNEL__0__SMTP_PASSWORD: mail.options.login?.password ?? "" };
    const serve = () => place.flowlord(["serve", "-c", "flowlord.toml"], password);
    const told = (part: string): readonly string[] =>
      slack.arrived.filter(({ text }) => text.includes(part)).map(({ text }) => text);
    const run = async (args: readonly string[], input = ""): Promise<string> => {
      const command = place.flowlord([...args, "-c", "flowlord.toml"], password);
      command.child.stdin?.end(input);
      assert.equal((await command.ended).code, 0, command.out + command.err);
      return command.out;
    };

    let flowlord = serve();
    await flowlord.says("Ctrl-C stops it");

    // Gathered: one summary, the line of the older program and below it the newest reason; the mail says the same.
    await run(["publish", "done"], `${failed("load", "eu", "01")}\n${failed("load", "eu", "02")}\n`);
    await until(() => told("load:eu:").length > 0 && mail.mails.length > 0);
    const [summary = ""] = told("load:eu:");
    const line = `load:eu:                               2  2026/03/04T01-2026/03/04T02\n`;
    const newest = "    no rows; record 2; 2 open\n";
    assert.equal(summary, `[prod] ${line}${newest}`);
    assert.ok(partsOf(mail.mails[0]?.source ?? "").text.includes(`${line}${newest}`));
    const posted = JSON.parse(slack.requests.find(({ body }) => body.includes("load:eu"))?.body ?? "") as object;
    assert.deepEqual(posted, {
      channel: "#ops",
      attachments: [{ text: summary, color: "#FF0000", pretext: "task-tools", author_name: "" }],
    });

    // At once: the task itself.
    await run(["trigger", "look", "--at", "2026-03-04"]);
    await until(() => told('"result": "alert"').length > 0);
    const [once = ""] = told('"result": "alert"');
    assert.match(once, /^\[prod\] \{\n "type": "look",\n "info": "\?day=2026-03-04",\n/);
    assert.match(once, /\n "msg": "look at this"/);

    // Killed while the receiver has the message and has not answered: the next start sends it again, under the same id.
    slack.conduct = "hang";
    await run(["publish", "done"], `${failed("pull", "", "03")}\n`);
    await until(() => told("pull:").length > 0);
    await flowlord.kill();
    slack.conduct = "take";
    flowlord = serve();
    await flowlord.says("Ctrl-C stops it");
    await until(() => told("pull:").length > 1);
    const ids = slack.arrived.filter(({ text }) => text.includes("pull:")).map(({ id }) => id);
    assert.equal(new Set(ids).size, 1);
    const database = place.path("tasks.db");
    const row = (): Notified | undefined =>
      rows<Notified>(database, "SELECT * FROM alert_notifications WHERE delivery_id = ?", ids[0])[0];
    await until(() => row()?.state === "sent", 20, row);
    assert.equal(row()?.attempts, 2);

    // Silenced: other alerts go on.
    await run(["silences", "add", "--type", "load", "--for", "1h", "--reason", "a test"]);
    const before = told("load:").length;
    await run(["publish", "done"], `${failed("load", "eu", "04")}\n${failed("pull", "", "05")}\n`);
    await until(() => told("2026/03/04T05").length > 0);
    assert.equal(told("load:").length, before);
    assert.match(await run(["alerts", "--state", "silenced"]), / load:eu /);
    assert.match(await run(["silences", "list"]), / type=load +\d+ +a test\n/);

    // A test goes through the running instance.
    assert.match(await run(["alerts", "test", "slack"]), /^slack: sent: 200 heard …/);
    assert.equal(told("[prod] Test of channel slack").length, 1);

    await until(() => slack.requests.filter(({ path }) => path === "/beat").length > 2);
    assert.equal((await flowlord.interrupt()).code, 0);
    const deliveries = slack.arrived.filter(({ id }) => id !== "").map(({ id }) => id);
    assert.equal(new Set(deliveries).size, deliveries.length - (ids.length - 1), "only the interrupted one came again");
    const said = flowlord.out + flowlord.err;
    for (const secret of [...slack.secrets, ...mail.secrets]) assert.ok(!said.includes(secret));
  },
);

test(
  "a stop does not wait for the test of a channel that does not answer; it is sent after the next start",
  { timeout: 120_000 },
  async (t) => {
    const slack = await slackReceiver(t);
    const place = new Place(t, {
      "flow.toml": WORKFLOW,
      "flowlord.toml": `
workflow = "{config_dir}/flow.toml"
status_port = ${await freePort()}
[sqlite]
local_path = "{config_dir}/tasks.db"
[slack]
url = "${slack.url}"
`,
    });
    slack.conduct = "hang";
    const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await flowlord.says("Ctrl-C stops it");
    const trying = place.flowlord(["alerts", "test", "slack", "-c", "flowlord.toml"]);
    await slack.count(1);
    assert.equal((await flowlord.interrupt()).code, 0, flowlord.err);
    assert.equal((await trying.ended).code, 1);
    assert.equal(trying.out, "slack: not sent: Flowlord stops before the test is sent\n");
    slack.conduct = "take";
    const next = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await slack.count(2);
    assert.equal(new Set(slack.arrived.map(({ id }) => id)).size, 1);
    assert.equal((await next.interrupt()).code, 0);
  },
);
