import { readFile } from "node:fs/promises";
import type { Transporter } from "nodemailer";
import { codeOf } from "../contract/to-error.ts";
import { emailText } from "./email-text.ts";
import { emailError } from "./email-error.ts";
import { excerpt } from "./excerpt.ts";
import { hider } from "./hide-secrets.ts";
import { DeliveryProgress } from "./delivery-progress.ts";
import { MailProgress, type RefusedRecipient } from "./email-recipients.ts";
import { NotifyError, PartlyDeliveredError, type Channel, type Notification } from "./notify.ts";

export interface EmailOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** `starttls`: TLS or nothing, after the greeting · `implicit`: from the first byte · `none`: in the clear. */
  readonly tls: "starttls" | "implicit" | "none";
  /** PEM file of the authorities that verify the server's certificate; null = the system's. */
  readonly caFile: string | null;
  /** Null = no login. */
  readonly login: { readonly user: string; readonly password: string } | null;
  /** An address, or `Name <address>`. */
  readonly from: string;
  readonly to: readonly string[];
  /** Start of the subject, in brackets; empty = none. */
  readonly prefix: string;
  /** Limit of the whole SMTP session; default 30 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT = 30_000;

/** A channel to people's mailboxes. The mailer is loaded with the first message. */
export function createEmailChannel(options: EmailOptions): Channel {
  const { login } = options;
  const hide = hider(login === null ? [] : formsOf(login));
  const timeout = options.timeoutMs ?? TIMEOUT;
  const recipients = new DeliveryProgress(() => new MailProgress(options.to));
  let mailer: Transporter | null = null;
  const failureOf = (error: unknown, signal: AbortSignal, late: AbortSignal): NotifyError => {
    if (signal.aborted) return new NotifyError("aborted", "Flowlord stopped before the mail was accepted.", true);
    if (late.aborted)
      return new NotifyError("timeout", `${options.host} did not accept the mail within ${timeout / 1000} s.`, true);
    return emailError(error, options.host, (text) => excerpt(hide(text)));
  };
  /** Throws PartlyDeliveredError while recipients were only put off. */
  const finished = (mail: MailProgress, response: string, deliveryId: string, onRefused: (whom: string) => void) => {
    const list = (names: readonly string[]): string => excerpt(hide(names.join(", ")));
    if (mail.waiting.length > 0) {
      const also = mail.refused.length === 0 ? "" : `, and refuses it for good for ${list(mail.refused)}`;
      const sentence = `${options.host} does not take the mail yet for ${list(mail.deferred)}${also}.`;
      throw new PartlyDeliveredError("recipients_deferred", sentence, true);
    }
    recipients.finish(deliveryId);
    if (mail.refused.length === 0) return excerpt(hide(response));
    onRefused(list(mail.refused));
    return excerpt(hide(`${response} (refused for ${mail.refused.join(", ")})`));
  };
  return {
    name: options.name,
    send: async (notification, signal, onRefused = () => undefined) => {
      const { deliveryId } = notification;
      const mail = recipients.of(deliveryId);
      const late = AbortSignal.timeout(timeout);
      try {
        mailer ??= await openMailer(options);
        const info = await mailer.sendMail({
          ...messageOf(options, notification),
          envelope: { from: options.from, to: [...mail.waiting] },
          signal: AbortSignal.any([signal, late]),
        });
        mail.attempted(true, refusalsIn(info));
        return finished(mail, info.response ?? "250", deliveryId, onRefused);
      } catch (error) {
        if (error instanceof NotifyError) throw error;
        const refusals = refusalsIn(error);
        if (refusals.length > 0) {
          mail.attempted(false, refusals);
          if (mail.isDelivered) return finished(mail, "250", deliveryId, onRefused);
          if (mail.waiting.length === 0) recipients.finish(deliveryId);
        }
        const failure = failureOf(error, signal, late);
        // Those who have it must not get it again.
        if (mail.isDelivered) throw new PartlyDeliveredError(failure.code, failure.message, failure.retryable);
        throw failure;
      }
    },
    close: async () => mailer?.close(),
  };
}

/** The recipients that the server refused, in the mailer's answer or error. */
function refusalsIn(answer: unknown): readonly RefusedRecipient[] {
  const { rejectedErrors } = (answer ?? {}) as { readonly rejectedErrors?: readonly RefusedRecipient[] };
  return rejectedErrors ?? [];
}

/** The password, plain and as sent: a server may repeat what it did not understand. */
function formsOf({ user, password }: NonNullable<EmailOptions["login"]>): readonly string[] {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  return [password, base64(password), base64(`\u0000${user}\u0000${password}`)];
}

async function openMailer({ host, port, tls, caFile, login }: EmailOptions): Promise<Transporter> {
  const ca = caFile === null ? null : await authorities(caFile);
  const { createTransport } = await import("nodemailer");
  return createTransport({
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
    ...(ca === null ? {} : { tls: { ca } }),
    // Texts of tasks become part of mails: they must not make the mailer fetch a file or a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

async function authorities(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const why = codeOf(error) ?? String(error);
    throw new NotifyError("no_ca_file", `The CA file ${path} cannot be read (${why}).`, false);
  }
}

function messageOf({ from, to, prefix }: EmailOptions, notification: Notification) {
  const { deliveryId, at } = notification;
  const domain = /@([^@\s>]+)>?$/.exec(from)?.[1] ?? "localhost";
  return {
    from,
    to: [...to],
    date: new Date(at),
    messageId: `<${deliveryId}@${domain}>`,
    // Prevents automatic replies, as of people on holiday.
    headers: { "Auto-Submitted": "auto-generated" },
    ...emailText(notification, prefix),
  };
}
