import { cutLines } from "../contract/cut-text.ts";
import { httpTarget, type HttpTargetOptions } from "./http-target.ts";
import { isGood } from "./headline.ts";
import type { Channel, Notification } from "./notify.ts";

/** The style of messages; an empty text leaves its part out. */
export interface SlackStyle {
  /** The channel, where the webhook allows one to be chosen. */
  readonly channel: string;
  readonly prefix: string;
  readonly title: string;
}

/** The body that the older program sent, field by field: receivers may read it. */
export interface SlackBody {
  readonly channel?: string;
  readonly attachments: readonly [
    {
      readonly title?: string;
      readonly text?: string;
      readonly color: string;
      readonly pretext: string;
      readonly author_name: string;
    },
  ];
}

const RED = "#FF0000";
const GREEN = "#00FF00";
/** Slack cuts longer texts itself, in the middle of a line. */
const MAX_TEXT = 40_000;

/** The body for a text: alerts are red, a test and what is resolved are green. */
export function slackBody({ channel, prefix, title }: SlackStyle, text: string, color = RED): SlackBody {
  const body = cutLines(prefix === "" ? text : `[${prefix}] ${text}`, MAX_TEXT);
  const attachment = {
    ...(title === "" ? {} : { title }),
    ...(body === "" ? {} : { text: body }),
    color,
    pretext: "task-tools",
    author_name: "",
  };
  return { ...(channel === "" ? {} : { channel }), attachments: [attachment] };
}

export interface SlackOptions extends SlackStyle, HttpTargetOptions {
  readonly name: string;
}

/** A channel to an incoming webhook of Slack, or of a service that accepts the same body. */
export function createSlackChannel(options: SlackOptions): Channel {
  const target = httpTarget(options);
  return {
    name: options.name,
    // Slack ignores the header; other receivers recognise a repeat by it.
    send: (notification, signal) =>
      target.send(bodyOf(options, notification), { "webhook-id": notification.deliveryId }, signal),
    close: async () => {},
  };
}

function bodyOf(style: SlackStyle, notification: Notification): string {
  return JSON.stringify(slackBody(style, escaped(notification.text), isGood(notification) ? GREEN : RED));
}

/** Slack reads these as markup: `<!channel>` wakes everybody, and a link may hide its target. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
