import { readFile } from "node:fs/promises";
import type { Transporter } from "nodemailer";
import { codeOf } from "../contract/to-error.ts";
import { emailText } from "./email-text.ts";
import { emailError } from "./email-error.ts";
import { excerpt } from "./excerpt.ts";
import { hider } from "./hide-secrets.ts";
import { NotifyError, type Channel, type Notification } from "./notify.ts";

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
  let mailer: Transporter | null = null;
  return {
    name: options.name,
    send: async (notification, signal) => {
      const late = AbortSignal.timeout(timeout);
      try {
        mailer ??= await openMailer(options);
        const info = await mailer.sendMail({
          ...messageOf(options, notification),
          signal: AbortSignal.any([signal, late]),
        });
        const rejected = info.rejected ?? [];
        const refused = rejected.length === 0 ? "" : ` (refused for ${rejected.join(", ")})`;
        return excerpt(hide(`${info.response}${refused}`));
      } catch (error) {
        if (error instanceof NotifyError) throw error;
        if (signal.aborted) throw new NotifyError("aborted", "Flowlord stopped before the mail was accepted.", true);
        if (late.aborted) {
          const sentence = `${options.host} did not accept the mail within ${timeout / 1000} s.`;
          throw new NotifyError("timeout", sentence, true);
        }
        throw emailError(error, options.host, (text) => excerpt(hide(text)));
      }
    },
    close: async () => mailer?.close(),
  };
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
