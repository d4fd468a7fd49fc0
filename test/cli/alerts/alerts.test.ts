import { wallOf } from "../../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { newAlert } from "../../../src/core/decide/new-alert.ts";
import type { NewAlert } from "../../../src/core/decide/effects.ts";
import { openReader, openStore } from "../../../src/store/sqlite/open.ts";
import type { NotificationRow } from "../../../src/store/alert-store.ts";
import { createWebhookChannel } from "../../../src/notify/webhook.ts";
import { webhookBody } from "../../../src/contract/api/alert-webhook.ts";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { httpReceiver, type HttpReceiver } from "../../notify/http-receiver.ts";
import { jsonLines, Place } from "../harness.ts";

const ME = userInfo().username;
const NOW = Date.UTC(2026, 2, 1, 12);

function about(taskType: string, job: string, fields: Partial<NewAlert> = {}): NewAlert {
  const taskTime = wallOf(Date.UTC(2026, 2, 1, 3));
  return newAlert("retry_exhausted", `no rows for ${job}`, {
    taskType,
    job,
    taskTime,
    taskId: `run-${job}`,
    ...fields,
  });
}

/** A folder whose database has these alerts, seen at noon. */
async function placeWith(t: TestContext, alerts: readonly NewAlert[], config = ""): Promise<Place> {
  const location = new Place(t, {
    "flowlord.toml": `workflow = "./flows"\ntimezone = "UTC"\n${config}`,
    "flows/a.toml": '[[phase]]\ntask = "load:eu"\ncron = "@daily"\n',
  });
  const store = await openStore({ path: join(location.dir, "tasks.db"), now: () => NOW, newId: () => "test" });
  for (const alert of alerts) await store.record({ alerts: [alert], decisions: [] }, NOW);
  await store.close();
  return location;
}

const TWO = [about("load", "eu"), about("load", "eu"), about("report", "", { severity: "info" })];

test("alerts lists what is not resolved, one line a cause", async (t) => {
  const location = await placeWith(t, TWO);
  const { code, out, err } = await location.run(["alerts"]);
  assert.deepEqual([code, err], [0, ""]);
  const [head, report, load] = out.split("\n");
  assert.match(
    head ?? "",
    /^ID\s+LAST SEEN \(UTC\)\s+SEVERITY\s+STATE\s+ALERT\s+TASK\s+TASK TIME \(UTC\)\s+COUNT\s+OPEN\s+MESSAGE$/,
  );
  assert.match(report ?? "", /^2 .*info +open +retry_exhausted +report +2026-03-01T03 +1 /);
  assert.match(load ?? "", /^1 +2026-03-01 12:00:00 +critical +open +retry_exhausted +load:eu .* 2 +no rows for eu$/);
});

test("the list is filtered, and has a form for programs", async (t) => {
  const location = await placeWith(t, TWO);
  const ids = async (...flags: string[]): Promise<unknown[]> =>
    jsonLines((await location.run(["alerts", "--json", ...flags])).out).map(({ id }) => id);
  assert.deepEqual(await ids(), [2, 1]);
  assert.deepEqual(await ids("--severity", "critical"), [1]);
  assert.deepEqual(await ids("--type", "report"), [2]);
  assert.deepEqual(await ids("--job", "eu"), [1]);
  assert.deepEqual(await ids("--alert-type", "incomplete"), []);
  assert.deepEqual(await ids("--before", "2"), [1]);
  assert.deepEqual(await ids("--since", "2026-03-01T12"), [2, 1]);
  assert.deepEqual(await ids("--since", "2026-03-02"), []);
  await location.run(["alerts", "resolve", "1"]);
  assert.deepEqual(await ids(), [2]);
  assert.deepEqual(await ids("--state", "resolved"), [1]);
  assert.deepEqual(await ids("--state", "all", "-n", "1"), [2]);
  const [first] = jsonLines((await location.run(["alerts", "--json"])).out);
  assert.equal(first?.["task_time"], "2026-03-01T03:00:00Z");
  assert.equal((await location.run(["alerts", "--alert-type", "incomplete"])).out, "No alert matches.\n");
  const wrong = await location.run(["alerts", "--since", "noon"]);
  assert.deepEqual(
    [wrong.code, wrong.err],
    [2, 'flowlord: --since: "noon" is not a valid time; write it as in 2026-01-31, 2026-01-31T05:00:00Z or 2d.\n'],
  );
});

test("show tells what happened to an alert, with who did what", async (t) => {
  const location = await placeWith(t, TWO);
  assert.equal((await location.run(["alerts", "ack", "1", "--note", "looking into it"])).out, "1 alert acknowledged\n");
  const { code, out } = await location.run(["alerts", "show", "1"]);
  assert.equal(code, 0);
  assert.match(out, /^retry_exhausted {2}critical {2}acknowledged {2}alert 1 {2}times in UTC\n/);
  assert.match(out, / {2}last seen {2}2026-03-01 12:00:00 \(2 times, 2 open\)\n/);
  assert.equal(out.match(/occurred: no rows for eu\n/g)?.length, 2);
  assert.ok(out.includes(`acknowledged by ${ME}: looking into it\n`), out);
  const [json] = jsonLines((await location.run(["alerts", "show", "1", "--json"])).out);
  assert.deepEqual(Object.keys(json ?? {}), [
    "alert",
    "notes",
    "phase",
    "links",
    "log",
    "occurrences",
    "changes",
    "notifications",
  ]);
  const missing = await location.run(["alerts", "show", "99"]);
  assert.deepEqual(
    [missing.code, missing.err],
    [1, "Alert 99 does not exist; flowlord alerts list --state all shows them.\n"],
  );
  assert.equal((await location.run(["alerts", "show", "x"])).code, 2);
});

test("what cannot be changed is said", async (t) => {
  const location = await placeWith(t, TWO);
  assert.deepEqual(await location.run(["alerts", "resolve", "1", "2", "77"]), {
    code: 1,
    out: "2 alerts resolved\n",
    err: "Not changed: 77. They are not alerts, or are resolved already.\n",
  });
  const again = await location.run(["alerts", "ack", "1", "--json"]);
  assert.deepEqual([again.code, jsonLines(again.out)], [1, [{ changed: [] }]]);
});

test("silences are made, listed and ended", async (t) => {
  const location = await placeWith(t, TWO);
  location.now = Date.now();
  assert.equal((await location.run(["silences"])).out, "Nothing is silenced.\n");
  const kindText = "silences add --type lo*,pull --severity critical --label team=sales --for 2h --reason disks";
  const made = await location.run(kindText.split(" "));
  assert.deepEqual([made.code, made.err], [0, ""]);
  assert.match(made.out, /^silence 1, until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(UTC\)\n$/);
  const one = await location.run(["silences", "add", "2", "--until", new Date(location.now + HOUR).toISOString()]);
  assert.match(one.out, /^silence 2, /);
  assert.match((await location.run(["silences", "add", "--everything", "--for", "1m"])).out, /^silence 3, /);

  const rows = jsonLines((await location.run(["silences", "list", "--json"])).out);
  const [all, alert, matched] = rows;
  assert.equal(rows.length, 3);
  assert.equal(alert?.["alert_id"], 2);
  assert.equal(matched?.["author"], ME);
  const requested = { alerts: [], types: ["lo*", "pull"], jobs: [], workflows: [], severities: ["critical"] };
  assert.deepEqual(matched?.["matcher"], { ...requested, labels: { team: "sales" } });
  assert.equal(Date.parse(String(matched?.["ends_at"])) - location.now, 2 * HOUR);
  assert.equal(all?.["alert_id"], null);

  const { out } = await location.run(["silences"]);
  assert.match(out, /^ID +STATE +FROM \(UTC\) +UNTIL \(UTC\) +BY +SILENCES +COVERS NOW +REASON\n/);
  assert.match(out, /type=lo\*,pull severity=critical label team=sales +\d+ +disks\n/);
  assert.match(out, / everything +\d+/);
  assert.match(out, / alert 2 +\d+/);

  assert.deepEqual(await location.run(["silences", "end", "3"]), {
    code: 0,
    out: "silence 3 ended\n",
    err: "",
  });
  const twice = await location.run(["silences", "end", "3"]);
  assert.deepEqual([twice.code, twice.out], [1, ""]);
  assert.equal(jsonLines((await location.run(["silences", "list", "--json"])).out).length, 2);
  assert.equal(jsonLines((await location.run(["silences", "list", "--ended", "--json"])).out).length, 3);
});

test("an invalid silence is not made", async (t) => {
  const location = await placeWith(t, []);
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [["--type", "load"], /needs an end/],
    [["--type", "load", "--for", "2h", "--until", "2026-03-02"], /needs an end/],
    [["--for", "2h"], /Say which alerts/],
    [["17", "--type", "load", "--for", "2h"], /either the id/],
    [["--type", "load", "--for", "soon"], /"soon" is not a valid duration/],
    [["--type", "load", "--for", "-2h"], /"-2h" is not a valid duration/],
    [["--type", "load", "--until", "soon"], /"soon" is not a valid time/],
    [["--type", "load", "--until", "2026-02-01"], /end before it begins/],
    [["--alert-type", "incomplet", "--for", "2h"], /did you mean incomplete\?/],
    [["--severity", "bad", "--for", "2h"], /it takes info, warning, critical/],
    [["--label", "team", "--for", "2h"], /team/],
  ];
  for (const [flags, says] of refused) {
    const { code, err } = await location.run(["silences", "add", ...flags]);
    assert.equal(code, 2, flags.join(" "));
    assert.match(err, says);
  }
  assert.equal((await location.run(["silences"])).out, "Nothing is silenced.\n");
});

function receiver(t: TestContext): Promise<HttpReceiver> {
  return httpReceiver(
    t,
    (url) => createWebhookChannel({ name: "ops", url, secret: "", now: () => NOW }),
    ({ body }) => webhookBody.parse(JSON.parse(body)),
  );
}

async function notifications(location: Place): Promise<readonly NotificationRow[]> {
  const reader = openReader(join(location.dir, "tasks.db"));
  try {
    return await reader.alerts.notifications({ limit: 10, before: null, channel: null });
  } finally {
    reader.close();
  }
}

test("test sends a message through a channel, shows the answer and keeps it", async (t) => {
  const ops = await receiver(t);
  const channel = `[[channel]]\nname = "ops"\nkind = "webhook"\nurl = "${ops.url}"\n`;
  const location = await placeWith(t, [], channel);
  ops.answer = (response) => void response.end("thank you");
  assert.deepEqual(await location.run(["channels", "test", "ops"]), {
    code: 0,
    out: "ops: sent: 200 thank you\n",
    err: "",
  });
  const [posted] = ops.requests.map(({ body }) => webhookBody.parse(JSON.parse(body)));
  assert.equal(posted?.kind, "test");
  assert.match(
    posted?.text ?? "",
    new RegExp(`^Test of channel ops: Flowlord on .+ reaches you. Requested by ${ME}.\n$`),
  );
  const [row] = await notifications(location);
  assert.deepEqual(
    [row?.kind, row?.state, row?.answer, row?.delivery_id],
    ["test", "sent", "200 thank you", posted?.id],
  );

  ops.answer = (response) => void response.writeHead(403).end("not you");
  const refused = await location.run(["channels", "test", "ops", "--json"]);
  assert.equal(refused.code, 1);
  const [{ answer, ...outcome } = {}] = jsonLines(refused.out);
  assert.deepEqual(outcome, { channel: "ops", sent: false, tries_again: false });
  assert.match(String(answer), /^127\.0\.0\.1:\d+ answered 403: not you\.$/);

  ops.answer = (response) => void response.writeHead(503).end();
  const away = await location.run(["channels", "test", "ops"]);
  assert.deepEqual([away.code, away.err], [1, "The next start retries it.\n"]);
  assert.match(away.out, /^ops: not sent: 127\.0\.0\.1:\d+ answered 503\.\n$/);
});

test("test reaches PagerDuty and Teams, also by its former name", async (t) => {
  const ops = await receiver(t);
  const pager = `[[channel]]\nname = "pager"\nkind = "pagerduty"\nurl = "${ops.url}"\nrouting_key = "0123456789abcdef"\n`;
  const team = `[[channel]]\nname = "team"\nkind = "teams"\nurl = "${ops.url}"\n`;
  const location = await placeWith(t, [], pager + team);
  ops.answer = (response) => void response.writeHead(202).end("accepted");
  for (const name of ["pager", "team"]) {
    const { code, out } = await location.run(["alerts", "test", name]);
    assert.deepEqual([code, out], [0, `${name}: sent: 202 accepted\n`]);
  }
  assert.deepEqual(
    ops.requests.map(({ body }) => /"event_action":"\w+"|AdaptiveCard/.exec(body)?.[0]),
    ['"event_action":"trigger"', '"event_action":"resolve"', "AdaptiveCard"],
  );
});

test("a channel that there is not is said, with those that there are", async (t) => {
  const slack = '[slack]\nurl = "http://127.0.0.1:1/hook"\n';
  const location = await placeWith(t, [], slack);
  assert.deepEqual(await location.run(["channels", "test", "ops"]), {
    code: 1,
    out: "",
    err: 'flowlord: There is no channel "ops": the configured ones are slack.\n',
  });
});

test("channels list shows the configured channels without their addresses", async (t) => {
  const location = new Place(t, { "flowlord.toml": "" });
  assert.deepEqual(await location.run(["channels"]), {
    code: 0,
    out: "No channel is configured; see docs/alerts.md.\n",
    err: "",
  });
  location.write(
    "flowlord.toml",
    `[[channel]]
name = "ops"
kind = "webhook"
url = "http://127.0.0.1:1/hidden"
severities = ["critical"]
min_frequency = "1m"
max_frequency = "1h"

[[channel]]
name = "all"
kind = "slack"
url = "http://127.0.0.1:1/hidden"
`,
  );
  const { code, out } = await location.run(["channels", "list"]);
  assert.equal(code, 0);
  assert.match(out, /^CHANNEL +KIND +ALERTS +SENDS\n/);
  assert.match(out, /^ops +webhook +severity=critical +every 1m 00s to 1h 00m$/m);
  assert.match(out, /^all +slack +everything +/m);
  const rows = jsonLines((await location.run(["channels", "list", "--json"])).out);
  assert.deepEqual(
    rows.map(({ name, kind }) => [name, kind]),
    [
      ["ops", "webhook"],
      ["all", "slack"],
    ],
  );
  assert.equal(rows[0]?.["min_frequency_ms"], 60_000);
  assert.doesNotMatch(`${out}${JSON.stringify(rows)}`, /hidden/);
});
