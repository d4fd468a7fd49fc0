import { cutText } from "../contract/cut-text.ts";
import { headline, isGood } from "./headline.ts";
import { httpTarget, type HttpTargetOptions } from "./http-target.ts";
import type { Channel, Notification } from "./notify.ts";

export interface TeamsOptions extends HttpTargetOptions {
  readonly name: string;
  /** Start of the headline, in brackets; empty = none. */
  readonly prefix: string;
}

/** A text that no client reads as markup: neither a link nor a mention. A `TextBlock` would be read as Markdown. */
interface PlainText {
  readonly type: "RichTextBlock";
  readonly spacing: "None" | "Default";
  readonly inlines: readonly [
    {
      readonly type: "TextRun";
      readonly text: string;
      readonly fontType?: "Monospace";
      readonly weight?: "Bolder";
      readonly color?: "Attention" | "Good";
    },
  ];
}

/** Teams refuses messages above 28 KB. */
const MAX_BYTES = 28_000;
/** A longer line is cut: a screen does not show it. */
const MAX_LINE = 1000;
/** For the last line, which says how many were left out. */
const NOTE_BYTES = 200;

/** A channel to a workflow of Microsoft Teams ("When a Teams webhook request is received"): an Adaptive Card. */
export function createTeamsChannel(options: TeamsOptions): Channel {
  const target = httpTarget(options);
  return {
    name: options.name,
    send: (notification, signal) => {
      // Without the charset, Teams counts two bytes a character.
      const headers = { "content-type": "application/json; charset=utf-8", "webhook-id": notification.deliveryId };
      return target.send(JSON.stringify(teamsBody(notification, options.prefix)), headers, signal);
    },
    close: async () => {},
  };
}

/** The message with its card: a headline, and the lines of the text as far as they fit. */
export function teamsBody(notification: Notification, prefix: string): object {
  const color = isGood(notification) ? "Good" : "Attention";
  const head = cutText(`${prefix === "" ? "" : `[${prefix}] `}${headline(notification)}`, MAX_LINE);
  const body: PlainText[] = [
    { type: "RichTextBlock", spacing: "Default", inlines: [{ type: "TextRun", text: head, weight: "Bolder", color }] },
  ];
  const lines = notification.text.replace(/\n$/, "").split("\n");
  let left = MAX_BYTES - bytesOf(messageOf(body)) - NOTE_BYTES;
  let shown = 0;
  for (const line of lines) {
    const block = lineOf(line, shown === 0);
    left -= bytesOf(block) + 1;
    if (left < 0) break;
    body.push(block);
    shown += 1;
  }
  if (shown < lines.length) body.push(lineOf(`… and ${lines.length - shown} more lines`, shown === 0));
  return messageOf(body);
}

function messageOf(body: readonly PlainText[]): object {
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    msteams: { width: "Full" },
    body,
  };
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", attachments: [{ contentType, contentUrl: null, content }] };
}

function lineOf(line: string, isFirst: boolean): PlainText {
  // An empty text is no text; indentation is kept only by spaces that do not break.
  const text =
    line === "" ? " " : cutText(line, MAX_LINE).replaceAll(/ {2,}/g, (spaces) => "\u00a0".repeat(spaces.length));
  return {
    type: "RichTextBlock",
    spacing: isFirst ? "Default" : "None",
    inlines: [{ type: "TextRun", text, fontType: "Monospace" }],
  };
}

function bytesOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
