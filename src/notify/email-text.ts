import { cutLines } from "../contract/cut-text.ts";
import { headline } from "./headline.ts";
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
  return { subject: `${prefix === "" ? "" : `[${prefix}] `}${headline(notification)}`, text, html };
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
