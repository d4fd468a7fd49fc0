import { SECOND } from "../../contract/time/time-units.ts";
import { ANY_ALERT, type AlertMatcher } from "../../core/alerts/alert-matcher.ts";
import type { ChannelRoute } from "../../core/alerts/alert-routes.ts";
import { nearName } from "../../core/text/near-name.ts";
import { ALERT_TYPES } from "../../core/decide/new-alert.ts";
import type { Severity } from "../../core/workflow/phase.ts";
import type { Building } from "./building.ts";
import { buildEmail } from "./email-options.ts";
import {
  CHANNEL_KINDS,
  type ChannelKind,
  type ChannelOptions,
  type HeartbeatOptions,
  type Options,
  type SlackOptions,
} from "../options.ts";

const STANDARD_FREQUENCY = 5 * 60 * SECOND;
const SEVERITIES: readonly Severity[] = ["info", "warning", "critical"];
/** Where events go, unless a URL is configured; accounts in the EU have `events.eu.pagerduty.com`. */
const PAGERDUTY_URL = "https://events.pagerduty.com/v2/enqueue";
/** Alerts of one notification to PagerDuty, which gets an event for each; the next has the rest. */
const MAX_EVENTS = 50;
/** Keys that only some kinds have. */
const OWN_KEYS: Readonly<Record<string, readonly ChannelKind[]>> = {
  url: ["slack", "webhook", "pagerduty", "teams"],
  secret: ["webhook"],
  routing_key: ["pagerduty"],
  channel: ["slack"],
  prefix: ["slack", "teams", "email"],
  title: ["slack"],
  smtp_host: ["email"],
  smtp_user: ["email"],
  smtp_password: ["email"],
  smtp_ca: ["email"],
  from: ["email"],
};

/** Whom to notify: `[slack]`, each `[[channel]]`, whose keys begin with `prefixes`, and `[heartbeat]`. */
export function buildNotices(
  build: Building,
  prefixes: readonly string[],
): Pick<Options, "slack" | "channels" | "alertOnUnmatched" | "heartbeat"> {
  const slack = buildSlack(build);
  const alertOnUnmatched = build.settings.on("alerts.file_unmatched");
  return { slack, channels: buildChannels(build, slack, prefixes), alertOnUnmatched, heartbeat: buildHeartbeat(build) };
}

/** As in the older program. */
function buildSlack(build: Building): SlackOptions {
  const { settings } = build;
  const url = settings.text("slack.url");
  // The older program accepted it, and failed at each alert.
  if (url !== "" && !isHttp(url))
    build.warn("bad_value", "slack.url", "`slack.url` is not a URL, so no alert goes to Slack", URL_REMEDY);
  return {
    channel: settings.text("slack.channel"),
    prefix: settings.text("slack.prefix"),
    url,
    title: settings.text("slack.title"),
    ...frequenciesOf(build, "slack"),
    sendResolved: settings.on("slack.send_resolved"),
  };
}

/** All channels: `[slack]`, when it has a URL, is the channel `slack`; each `[[channel]]` follows. */
function buildChannels(build: Building, slack: SlackOptions, prefixes: readonly string[]): readonly ChannelOptions[] {
  const channels: ChannelOptions[] = isHttp(slack.url)
    ? [{ ...slack, kind: "slack", name: "slack", matcher: ANY_ALERT }]
    : [];
  for (const prefix of prefixes) {
    const channel = buildChannel(build, prefix);
    if (channel === null) continue;
    if (channels.some(({ name }) => name === channel.name)) {
      const remedy =
        channel.name === "slack" ? "[slack] is the channel `slack`: give this one another name" : "rename one";
      build.fail("name_twice", `${prefix}.name`, `${prefix}: there is another channel of that name`, remedy);
    }
    channels.push(channel);
  }
  return channels;
}

function buildChannel(build: Building, prefix: string): ChannelOptions | null {
  const { settings } = build;
  const kind = kindOf(build, prefix);
  const route = routeOf(build, prefix, kind);
  if (kind === null) return null;
  for (const [key, kinds] of Object.entries(OWN_KEYS)) {
    const at = `${prefix}.${key}`;
    if (kinds.includes(kind) || settings.text(at) === "") continue;
    build.warn("unused", at, `\`${at}\` has no effect for a channel of kind ${kind}`, "remove it");
  }
  if (kind === "email") return { kind, ...route, ...buildEmail(build, prefix) };
  const own = settings.text(`${prefix}.url`);
  const url = own === "" && kind === "pagerduty" ? PAGERDUTY_URL : own;
  if (url === "")
    build.fail("missing", prefix, `${prefix}: \`url\` is missing`, "set the URL that notifications are posted to");
  else if (own !== "") checkUrl(build, `${prefix}.url`);
  if (kind === "webhook") return { kind, ...route, url, secret: secretOf(build, `${prefix}.secret`) };
  if (kind === "pagerduty")
    return { kind, ...route, url, routingKey: routingKeyOf(build, prefix), maxAlerts: MAX_EVENTS };
  if (kind === "teams") return { kind, ...route, url, prefix: settings.text(`${prefix}.prefix`) };
  const style = {
    channel: settings.text(`${prefix}.channel`),
    prefix: settings.text(`${prefix}.prefix`),
    title: settings.text(`${prefix}.title`),
  };
  return { kind, ...route, url, ...style };
}

function kindOf(build: Building, prefix: string): ChannelKind | null {
  const text = build.settings.text(`${prefix}.kind`);
  const kind = CHANNEL_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  const list = `write one of ${CHANNEL_KINDS.join(", ")}`;
  if (text === "") build.fail("missing", prefix, `${prefix}: \`kind\` is missing`, list);
  else {
    const near = nearName(text, CHANNEL_KINDS);
    const remedy = near === null ? list : `did you mean \`${near}\`?`;
    build.fail("bad_value", `${prefix}.kind`, `${prefix}: \`kind\` is not a kind of channel`, remedy);
  }
  return null;
}

function routeOf(build: Building, prefix: string, kind: ChannelKind | null): ChannelRoute {
  const { settings } = build;
  const name = settings.text(`${prefix}.name`);
  if (name === "") build.fail("missing", prefix, `${prefix}: \`name\` is missing`, 'name the channel, as in "ops"');
  else if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    const remedy = "use up to 64 letters, digits, dots, _ and -";
    build.fail("bad_value", `${prefix}.name`, `${prefix}: \`name\` is not a valid name of a channel`, remedy);
  }
  const key = `${prefix}.send_resolved`;
  // Nobody wants a second mail for each first one, unless asked for.
  const sendResolved = settings.isSet(key) ? settings.on(key) : kind !== "email";
  return { name, matcher: matcherOf(build, prefix), ...frequenciesOf(build, prefix), sendResolved };
}

function matcherOf(build: Building, prefix: string): AlertMatcher {
  const { settings } = build;
  const severities = known(build, `${prefix}.severities`, SEVERITIES, "severity");
  return {
    alerts: known(build, `${prefix}.alerts`, ALERT_TYPES, "type of alert"),
    types: settings.list(`${prefix}.types`),
    jobs: settings.list(`${prefix}.jobs`),
    workflows: settings.list(`${prefix}.workflows`),
    severities: SEVERITIES.filter((severity) => severities.includes(severity)),
    labels: { ...settings.table(`${prefix}.labels`) },
  };
}

/** A channel that matches an unknown name would never be notified. Patterns are not checked. */
function known(build: Building, key: string, names: readonly string[], noun: string): readonly string[] {
  const values = build.settings.list(key);
  for (const name of values) {
    if (names.includes(name) || (name.includes("*") && noun !== "severity")) continue;
    const near = nearName(name, names);
    const remedy = near === null ? `write one of ${names.join(", ")}` : `did you mean \`${near}\`?`;
    build.fail("bad_value", key, `\`${key}\`: there is no ${noun} "${name}"`, remedy);
  }
  return values;
}

function frequenciesOf(build: Building, prefix: string): { minFrequency: number; maxFrequency: number } {
  const configured = build.millis(`${prefix}.min_frequency`);
  const minFrequency = configured > 0 ? configured : STANDARD_FREQUENCY;
  if (configured <= 0)
    build.warn(
      "bad_value",
      `${prefix}.min_frequency`,
      `\`${prefix}.min_frequency\` is not above 0, so it counts as 5m`,
      'write it as in "5m"',
    );
  const max = build.millis(`${prefix}.max_frequency`);
  if (max > 0 && max < minFrequency) {
    build.warn(
      "bad_value",
      `${prefix}.max_frequency`,
      `\`${prefix}.max_frequency\` is below \`${prefix}.min_frequency\`, so that is used for both`,
      "make it larger",
    );
  }
  return { minFrequency, maxFrequency: max > 0 ? Math.max(max, minFrequency) : 16 * minFrequency };
}

/** Null without a URL. */
function buildHeartbeat(build: Building): HeartbeatOptions | null {
  const { settings } = build;
  const url = settings.text("heartbeat.url");
  const every = build.millis("heartbeat.every");
  const method = settings.text("heartbeat.method").toUpperCase();
  if (method !== "POST" && method !== "GET")
    build.fail("bad_value", "heartbeat.method", "`heartbeat.method` is neither POST nor GET", "write one of them");
  if (url === "") return null;
  checkUrl(build, "heartbeat.url");
  if (every < SECOND)
    build.warn("too_short", "heartbeat.every", "`heartbeat.every` below 1s counts as 1s", 'write it as in "1m"');
  return { url, every: Math.max(every, SECOND), method: method === "GET" ? "GET" : "POST" };
}

const URL_REMEDY = "write it as in https://hooks.example.com/…";

/** Never repeats the URL: its path may be a secret. */
function checkUrl(build: Building, key: string): void {
  if (!isHttp(build.settings.text(key))) build.fail("bad_value", key, `\`${key}\` is not a URL`, URL_REMEDY);
}

function isHttp(text: string): boolean {
  return ["http:", "https:"].includes(URL.parse(text)?.protocol ?? "");
}

function routingKeyOf(build: Building, prefix: string): string {
  const key = build.settings.text(`${prefix}.routing_key`);
  if (key === "") {
    const remedy = "set the integration key of an Events API v2 integration";
    build.fail("missing", prefix, `${prefix}: \`routing_key\` is missing`, remedy);
  }
  return key;
}

const SHORT_SECRET = 16;

function secretOf(build: Building, key: string): string {
  const secret = build.settings.text(key);
  if (secret.startsWith("whsec_") && !/^whsec_[A-Za-z0-9+/]{20,}={0,2}$/.test(secret)) {
    const remedy = "write base64 after whsec_, as `openssl rand -base64 32` prints it; or leave whsec_ out";
    build.fail("bad_value", key, `\`${key}\` needs 20 or more characters of base64 after whsec_`, remedy);
  } else if (secret !== "" && secret.length < SHORT_SECRET) {
    const remedy = "use a longer one, as `openssl rand -hex 32` prints it";
    build.warn("short_secret", key, `\`${key}\` is so short that it can be guessed`, remedy);
  }
  return secret;
}
