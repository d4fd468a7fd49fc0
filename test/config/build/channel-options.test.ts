import assert from "node:assert/strict";
import test from "node:test";
import { ConfigError, issueLine } from "../../../src/config/read/issue.ts";
import { shownSettings } from "../../../src/config/shown.ts";
import { loadConfig, type Config } from "../../../src/config/load-config.ts";
import { MINUTE } from "../../../src/contract/time/time-units.ts";

const NONE = { alerts: [], types: [], jobs: [], workflows: [], severities: [], labels: {} };

function load(toml: string, env: Readonly<Record<string, string>> = {}, files: Record<string, string> = {}): Config {
  const readFile = (path: string): string => files[path] ?? toml;
  return loadConfig({ file: "c.toml", readFile, env, flags: new Map(), cwd: "/home/me" });
}

/** What the file is told, without the name of the file. */
function told(toml: string): readonly string[] {
  try {
    return load(toml).warnings.map((issue) => issueLine(issue).replace(/^c\.toml: ?/, ""));
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.issues.map((issue) => issueLine(issue).replace(/^c\.toml: ?/, ""));
  }
}

test("[slack] with a URL is the channel slack, and takes everything", () => {
  const { options } = load('[slack]\nurl = "https://hooks.example.com/T1"\nchannel = "#a"\nprefix = "p"\n');
  assert.deepEqual(options.channels, [
    {
      kind: "slack",
      name: "slack",
      matcher: NONE,
      url: "https://hooks.example.com/T1",
      channel: "#a",
      prefix: "p",
      title: "",
      minFrequency: 5 * MINUTE,
      maxFrequency: 80 * MINUTE,
      sendResolved: true,
    },
  ]);
  assert.deepEqual(load("").options.channels, []);
});

const THREE = `
[[channel]]
name = "ops"
kind = "slack"
url = "https://hooks.example.com/T2"
severities = ["critical", "warning"]
types = ["load*"]
labels = { team = "sales" }
min_frequency = "1m"
max_frequency = "10m"

[[channel]]
name = "pager"
kind = "webhook"
url = "http://127.0.0.1:9000/alerts"
secret = "0123456789abcdef"
alerts = ["incomplete", "file_*"]

[[channel]]
name = "mail"
kind = "email"
smtp_host = "mail.example.com"
smtp_user = "flowlord"
smtp_password = "word"
smtp_ca = "ca.pem"
from = "Flowlord <flowlord@example.com>"
to = ["ops@example.com", "Ops, all of them <all@example.com>"]
`;

test("channels of all kinds have their keys, matchers and frequencies", () => {
  const { options, warnings } = load(THREE);
  assert.deepEqual(warnings, []);
  const [slack, webhook, email] = options.channels;
  assert.deepEqual(slack?.matcher, {
    ...NONE,
    severities: ["warning", "critical"],
    types: ["load*"],
    labels: { team: "sales" },
  });
  assert.deepEqual([slack?.minFrequency, slack?.maxFrequency], [MINUTE, 10 * MINUTE]);
  assert.deepEqual(webhook, {
    kind: "webhook",
    name: "pager",
    matcher: { ...NONE, alerts: ["incomplete", "file_*"] },
    minFrequency: 5 * MINUTE,
    maxFrequency: 80 * MINUTE,
    sendResolved: true,
    url: "http://127.0.0.1:9000/alerts",
    secret: "0123456789abcdef",
  });
  assert.deepEqual(email, {
    kind: "email",
    name: "mail",
    matcher: NONE,
    minFrequency: 5 * MINUTE,
    maxFrequency: 80 * MINUTE,
    sendResolved: false,
    host: "mail.example.com",
    port: 587,
    tls: "starttls",
    caFile: "/home/me/ca.pem",
    login: { user: "flowlord", password: "word" },
    from: "Flowlord <flowlord@example.com>",
    to: ["ops@example.com", "Ops, all of them <all@example.com>"],
    prefix: "",
  });
});

test("PagerDuty has a URL unless another is set, and its key comes from the environment or a file; whoever wants mail of ends gets it", () => {
  const { options, settings, warnings } = load(
    `[[channel]]\nname = "p"\nkind = "pagerduty"\n${WEBHOOK.replace('"webhook"', '"teams"')}prefix = "prod"\n${EMAIL}send_resolved = true\n`,
    { FLOWLORD_CHANNEL__0__ROUTING_KEY_FILE: "/run/secrets/key", FLOWLORD_CHANNEL__1__SEND_RESOLVED: "false" },
    { "/run/secrets/key": "key-from-file-1234\n" },
  );
  assert.deepEqual(warnings, []);
  const [pager, teams, mail] = options.channels;
  const often = { matcher: NONE, minFrequency: 5 * MINUTE, maxFrequency: 80 * MINUTE };
  const url = "https://events.pagerduty.com/v2/enqueue";
  const own = { url, routingKey: "key-from-file-1234", maxAlerts: 50 };
  assert.deepEqual(pager, { kind: "pagerduty", name: "p", ...often, sendResolved: true, ...own });
  const card = { url: "https://hidden.example.com/", prefix: "prod" };
  assert.deepEqual(teams, { kind: "teams", name: "a", ...often, sendResolved: false, ...card });
  assert.equal(mail?.sendResolved, true);
  assert.doesNotMatch(JSON.stringify(shownSettings(settings)), /from-file|hidden\.example/);
});

test("secrets may come from the environment or a file, and are never shown", () => {
  const env = {
    FLOWLORD_CHANNEL__0__URL: "https://hooks.example.com/from-env",
    FLOWLORD_CHANNEL__1__SECRET_FILE: "/run/secrets/key",
    FLOWLORD_CHANNEL__2__SMTP_PASSWORD_FILE: "/run/secrets/mail",
    FLOWLORD_HEARTBEAT__URL: "https://beats.example.com/hidden-beat",
  };
  const files = { "/run/secrets/key": "key-from-file-1234\n", "/run/secrets/mail": "mail-from-file\n" };
  const { options, settings } = load(THREE, env, files);
  const [slack, webhook, email] = options.channels;
  assert.equal(slack?.kind === "slack" && slack.url, "https://hooks.example.com/from-env");
  assert.equal(webhook?.kind === "webhook" && webhook.secret, "key-from-file-1234");
  assert.equal(email?.kind === "email" && email.login?.password, "mail-from-file");
  const shown = JSON.stringify(shownSettings(settings));
  for (const secret of ["from-env", "from-file", "hidden-beat", "9000/alerts", "mail-from"])
    assert.ok(!shown.includes(secret), secret);
  assert.ok(shown.includes("channel.2.smtp_user"));
});

test("the port follows from how TLS begins", () => {
  const port = (lines: string): number => {
    const base = 'name = "m"\nkind = "email"\nsmtp_host = "h"\nfrom = "a@example.com"\nto = ["b@example.com"]\n';
    const [channel] = load(`[[channel]]\n${base}${lines}`).options.channels;
    return channel?.kind === "email" ? channel.port : 0;
  };
  assert.equal(port('smtp_tls = "implicit"\n'), 465);
  assert.equal(port('smtp_tls = "none"\n'), 25);
  assert.equal(port('smtp_tls = "none"\nsmtp_port = 2525\n'), 2525);
});

const WEBHOOK = '[[channel]]\nname = "a"\nkind = "webhook"\nurl = "https://hidden.example.com/"\n';
const EMAIL =
  '[[channel]]\nname = "m"\nkind = "email"\nsmtp_host = "h"\nfrom = "a@example.com"\nto = ["b@example.com"]\n';

const TAUGHT: readonly (readonly [string, string, string])[] = [
  [
    "nothing said",
    "[[channel]]\n",
    "error missing: channel.0: `kind` is missing (write one of slack, webhook, pagerduty, teams, email)",
  ],
  [
    "unknown kind",
    WEBHOOK.replace('"webhook"', '"webhok"'),
    "3:1: error bad_value: channel.0: `kind` is not a kind of channel (did you mean `webhook`?)",
  ],
  [
    "a name twice",
    WEBHOOK + WEBHOOK,
    "6:1: error name_twice: channel.1: there is another channel of that name (rename one)",
  ],
  [
    "the name of [slack]",
    `[slack]\nurl = "https://hooks.example.com/"\n${WEBHOOK.replace('"a"', '"slack"')}`,
    "4:1: error name_twice: channel.0: there is another channel of that name ([slack] is the channel `slack`: give this one another name)",
  ],
  [
    "a name that `notify` cannot say",
    WEBHOOK.replace('"a"', '"a, b"'),
    "2:1: error bad_value: channel.0: `name` is not a valid name of a channel (use up to 64 letters, digits, dots, _ and -)",
  ],
  [
    "no URL",
    WEBHOOK.replace(/url.*/, ""),
    "error missing: channel.0: `url` is missing (set the URL that notifications are posted to)",
  ],
  [
    "a URL that is none",
    WEBHOOK.replace("https://", "htps://"),
    "4:1: error bad_value: `channel.0.url` is not a URL (write it as in https://hooks.example.com/…)",
  ],
  [
    "an unknown severity",
    `${WEBHOOK}severities = ["critcal"]\n`,
    '5:1: error bad_value: `channel.0.severities`: there is no severity "critcal" (did you mean `critical`?)',
  ],
  [
    "an unknown type of alert",
    `${WEBHOOK}alerts = ["incomplet"]\n`,
    '5:1: error bad_value: `channel.0.alerts`: there is no type of alert "incomplet" (did you mean `incomplete`?)',
  ],
  [
    "no routing key",
    '[[channel]]\nname = "p"\nkind = "pagerduty"\n',
    "error missing: channel.0: `routing_key` is missing (set the integration key of an Events API v2 integration)",
  ],
  [
    "a routing key that has no effect",
    `${WEBHOOK}routing_key = "hidden"\n`,
    "5:1: warning unused: `channel.0.routing_key` has no effect for a channel of kind webhook (remove it)",
  ],
  [
    "a secret of bad form",
    `${WEBHOOK}secret = "whsec_no"\n`,
    "5:1: error bad_value: `channel.0.secret` needs 20 or more characters of base64 after whsec_ (write base64 after whsec_, as `openssl rand -base64 32` prints it; or leave whsec_ out)",
  ],
  [
    "a short secret",
    `${WEBHOOK}secret = "short"\n`,
    "5:1: warning short_secret: `channel.0.secret` is so short that it can be guessed (use a longer one, as `openssl rand -hex 32` prints it)",
  ],
  [
    "a key of another kind",
    `${WEBHOOK}smtp_user = "me"\n`,
    "5:1: warning unused: `channel.0.smtp_user` has no effect for a channel of kind webhook (remove it)",
  ],
  [
    "no mail server",
    EMAIL.replace(/smtp_host.*/, ""),
    "error missing: channel.0: `smtp_host` is missing (name the mail server)",
  ],
  [
    "a mail server with port",
    EMAIL.replace('"h"', '"h/x"'),
    "4:1: error bad_value: channel.0: `smtp_host` is not a host name (write only the name, as in mail.example.com, and the port as smtp_port)",
  ],
  [
    "no recipients",
    EMAIL.replace(/to = .*/, ""),
    'error missing: channel.0: `to` is missing (name the recipients, as in ["ops@example.com"])',
  ],
  [
    "recipients that are one text",
    EMAIL.replace("b@example.com", "b@example.com, c@example.com"),
    '6:1: error bad_value: `channel.0.to`: "b@example.com, c@example.com" is not an address (write it as in ops@example.com, or Ops <ops@example.com>; several make a list)',
  ],
  [
    "a user without password",
    `${EMAIL}smtp_user = "me"\n`,
    "error missing: channel.0: `smtp_password` is missing (set both, or neither for a server without login)",
  ],
  [
    "a password in the clear",
    `${EMAIL}smtp_user = "me"\nsmtp_password = "hidden"\nsmtp_tls = "none"\n`,
    '9:1: error not_safe: channel.0: the password would be sent unencrypted (set smtp_tls = "starttls" or "implicit", or leave the login out)',
  ],
  [
    "an unknown way of TLS",
    `${EMAIL}smtp_tls = "startls"\n`,
    "7:1: error bad_value: channel.0: `smtp_tls` is not one of its values (did you mean `starttls`?)",
  ],
  [
    "a [slack] whose URL is none: the older program ran with it",
    '[slack]\nurl = "hooks"\n',
    "2:1: warning bad_value: `slack.url` is not a URL, so no alert goes to Slack (write it as in https://hooks.example.com/…)",
  ],
  [
    "a heartbeat to nowhere",
    '[heartbeat]\nurl = "beats"\n',
    "2:1: error bad_value: `heartbeat.url` is not a URL (write it as in https://hooks.example.com/…)",
  ],
  [
    "an unknown method",
    '[heartbeat]\nurl = "https://beats.example.com/"\nmethod = "PUT"\n',
    "3:1: error bad_value: `heartbeat.method` is neither POST nor GET (write one of them)",
  ],
  [
    "a heartbeat without pause",
    '[heartbeat]\nurl = "https://beats.example.com/"\nevery = "1ms"\n',
    '3:1: warning too_short: `heartbeat.every` below 1s counts as 1s (write it as in "1m")',
  ],
];

for (const [name, toml, line] of TAUGHT) {
  test(`it teaches: ${name}`, () => {
    const lines = told(toml);
    assert.ok(lines.includes(line), lines.join("\n"));
    assert.doesNotMatch(lines.join("\n"), /hidden/);
  });
}

test("a heartbeat has a URL, a pace and a method; without a URL there is none", () => {
  assert.equal(load("").options.heartbeat, null);
  const toml = '[heartbeat]\nurl = "https://beats.example.com/x"\nmethod = "get"\n';
  assert.deepEqual(load(toml).options.heartbeat, { url: "https://beats.example.com/x", every: MINUTE, method: "GET" });
});
