import { cutLines } from "../contract/cut-text.ts";
import type { Notification } from "./notify.ts";

const MAX_TEXT = 100_000;

export interface EmailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Subject and both forms of a mail. */
export function emailText(notification: Notification, prefix: string): EmailText {
  const text = cutLines(notification.text, MAX_TEXT);
  // The columns of the text align only in a fixed-width font.
  const html = `<pre style="font-family: monospace">${escapeHtml(text)}</pre>\n`;
  return { subject: `${prefix === "" ? "" : `[${prefix}] `}${subjectOf(notification)}`, text, html };
}

function subjectOf({ kind, alerts, alertCount, criticalCount }: Notification): string {
  if (kind === "test") return "Flowlord: test of this channel";
  const [only] = alerts;
  if (only !== undefined && alertCount === 1) {
    const task = [only.task_type, only.job].filter((part) => part !== "").join(":");
    const word = only.type.replaceAll("_", " ");
    return `Flowlord: ${word}${task === "" ? "" : ` of ${task}`}${only.new_count > 1 ? ` (${only.new_count} times)` : ""}${only.recovered ? ", recovered" : ""}`;
  }
  return `Flowlord: ${alertCount} alerts${criticalCount === 0 ? "" : `, ${criticalCount} critical`}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
