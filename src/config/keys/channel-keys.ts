import type { SectionTable } from "./key-spec.ts";

/** Keys of `[slack]`: the channel that the older program had. */
export const SLACK_KEYS: SectionTable = {
  channel: { kind: "string", standard: '""', about: "The Slack channel of the alerts." },
  prefix: { kind: "string", standard: '""', about: "Text before each alert." },
  url: { kind: "string", standard: '""', about: "The incoming webhook; empty = no alerts to Slack.", secret: true },
  title: { kind: "string", standard: '""', about: "The title of each alert." },
  min_frequency: {
    kind: "Go duration",
    standard: '"5m"',
    legacyDefault: '"0s"',
    about: "The shortest time between two summaries.",
  },
  max_frequency: {
    kind: "Go duration",
    standard: "",
    legacyDefault: '"0s"',
    about: "The longest time between two summaries while new alerts come; default 16 times `min_frequency`.",
  },
};

/** Keys of one `[[channel]]`: whom to notify of which alerts. */
export const CHANNEL_KEYS: SectionTable = {
  name: { kind: "string", standard: "", about: "The name of the channel, for `notify` of a rule and in commands." },
  kind: { kind: "string", standard: "", about: "The kind of channel: `slack`, `webhook` or `email`." },
  url: {
    kind: "string",
    standard: "",
    about: "Kinds `slack` and `webhook`: the URL that notifications are posted to.",
    secret: true,
  },
  secret: {
    kind: "string",
    standard: '""',
    about: "Kind `webhook`: the secret that each request is signed with; empty = unsigned.",
    secret: true,
  },
  channel: { kind: "string", standard: '""', about: "Kind `slack`: the channel, where the webhook allows a choice." },
  prefix: { kind: "string", standard: '""', about: "Kinds `slack` and `email`: text before each alert or subject." },
  title: { kind: "string", standard: '""', about: "Kind `slack`: the title of each alert." },
  alerts: { kind: "list", standard: "[]", about: "Only these types of alert, as in `incomplete`; empty = all." },
  types: { kind: "list", standard: "[]", about: "Only alerts about these types of task; `*` stands for anything." },
  jobs: { kind: "list", standard: "[]", about: "Only alerts about these jobs." },
  workflows: { kind: "list", standard: "[]", about: "Only alerts about tasks of these workflow files." },
  severities: { kind: "list", standard: "[]", about: "Only these severities: `info`, `warning`, `critical`." },
  labels: {
    kind: "table",
    standard: "{}",
    about: 'Only alerts about tasks whose meta has these values, as in `{ team = "sales" }`.',
  },
  min_frequency: {
    kind: "duration",
    standard: '"5m"',
    about: "The shortest time between two summaries.",
  },
  max_frequency: {
    kind: "duration",
    standard: "",
    about: "The longest time between two summaries while new alerts come; default 16 times `min_frequency`.",
  },
  smtp_host: { kind: "string", standard: '""', about: "Kind `email`: the mail server." },
  smtp_port: {
    kind: "integer",
    standard: "0",
    about: "Kind `email`: its port; 0 = the standard port for `smtp_tls`: 587, 465 or 25.",
  },
  smtp_tls: {
    kind: "string",
    standard: '"starttls"',
    about: "Kind `email`: `starttls`, `implicit` (TLS from the first byte) or `none`.",
  },
  smtp_ca: {
    kind: "string",
    standard: '""',
    about: "Kind `email`: the CA file that verifies its certificate; empty = the system's authorities.",
    path: true,
  },
  smtp_user: { kind: "string", standard: '""', about: "Kind `email`: the user to log in as; empty = no login." },
  smtp_password: { kind: "string", standard: '""', about: "Kind `email`: the user's password.", secret: true },
  from: {
    kind: "string",
    standard: '""',
    about: "Kind `email`: the sender, as in `Flowlord <flowlord@example.com>`.",
  },
  to: { kind: "list", standard: "[]", about: "Kind `email`: the recipients." },
};

/** Keys of `[alerts]`: which alerts are raised. */
export const ALERT_KEYS: SectionTable = {
  file_unmatched: {
    kind: "boolean",
    standard: "false",
    about: "Raise an alert for each folder in which a file arrives that no phase matches.",
  },
};

/** Keys of `[heartbeat]`: pings whose absence a monitor notices. */
export const HEARTBEAT_KEYS: SectionTable = {
  url: {
    kind: "string",
    standard: '""',
    about: "The URL that is called while scheduler, bus and database work; empty = none.",
    secret: true,
  },
  every: { kind: "duration", standard: '"1m"', about: "How often it is called." },
  method: { kind: "string", standard: '"POST"', about: "How it is called: `POST` or `GET`." },
};
