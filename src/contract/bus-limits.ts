/** What a broker takes. Its adapter refuses the rest, and `check` says so before a task is made. */
export interface BusLimits {
  /** Whether it takes a topic of this name. */
  takes(topic: string): boolean;
  /** Its rule for names, to stand behind a colon. */
  readonly rule: string;
  /** Bytes of a message, unless its server is configured otherwise. */
  readonly messageBytes: number;
}

const NSQ_NAME = /^[.a-zA-Z0-9_-]+(#ephemeral)?$/;
/** Stream and consumer are named after the topic, and the server allows 255 bytes. */
const NATS_LONGEST = 120;
const NATS_FORBIDDEN = /[\s\u0000-\u001f\u007f*>]/;
const PUBSUB_NAME = /^[A-Za-z][A-Za-z0-9\-_.~+%]{2,254}$/;

/** The buses with a broker. The others take any topic, and a message of any size that a task can have. */
export const BUS_LIMITS = {
  nsq: {
    takes: (topic) => topic.length <= 64 && NSQ_NAME.test(topic),
    rule: "a name has 1 to 64 letters, digits, dots, dashes or underscores, and may end in #ephemeral",
    messageBytes: 1024 * 1024,
  },
  nats: {
    takes: (topic) =>
      topic.length <= NATS_LONGEST &&
      !NATS_FORBIDDEN.test(topic) &&
      !topic.startsWith("$") &&
      !/^_INBOX(\.|$)/.test(topic) &&
      topic.split(".").every((token) => token !== ""),
    rule: "a name is 1 to 120 characters without spaces, * and >, does not begin with $ or _INBOX, and has something before and after each dot",
    messageBytes: 1024 * 1024,
  },
  pubsub: {
    takes: (topic) => PUBSUB_NAME.test(topic) && !topic.startsWith("goog"),
    rule: "a name begins with a letter, has 3 to 255 letters, digits and -_.~+%, and does not begin with goog",
    messageBytes: 9_500_000,
  },
} as const satisfies Readonly<Record<string, BusLimits>>;

/** Null: a bus without limits of its own. */
export function limitsOf(bus: string): BusLimits | null {
  return Object.hasOwn(BUS_LIMITS, bus) ? BUS_LIMITS[bus as keyof typeof BUS_LIMITS] : null;
}
