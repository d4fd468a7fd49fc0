import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext } from "node:test";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import { createEmailChannel, type EmailOptions } from "../../src/notify/email.ts";
import { makeCertificates, type Certificates } from "../bus/nsq/certificates.ts";
import type { Delivery, Receiver } from "./contract.ts";

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
  readonly user: string;
  readonly secure: boolean;
}

export interface MailReceiver extends Receiver {
  readonly mails: readonly Mail[];
  readonly certificates: Certificates;
  /** How to reach it, by TLS and with the right login. */
  readonly options: EmailOptions;
  /** Addresses that it has no mailbox for. */
  readonly unknown: Set<string>;
  /** Addresses that it asks to try again later. */
  readonly deferred: Set<string>;
}

export interface MailServerOptions {
  /** TLS from the first byte instead of STARTTLS. */
  readonly implicit?: true;
  /** It offers no TLS at all. */
  readonly plain?: true;
}

const USER = "flowlord";
const PASSWORD = "open, sesame & more";

interface ValidationError extends Error {
  responseCode?: number;
}

/** As SMTP has it: a code and words, here with the password among them. */
function refusal(code: number, words: string): ValidationError {
  return Object.assign(new Error(`${words} ${PASSWORD}`), { responseCode: code });
}

let made: Promise<Certificates> | null = null;
const scratch: string[] = [];
after(() => Promise.all(scratch.map((dir) => rm(dir, { recursive: true }))));

/** The same for all tests of a file: they take a tenth of a second. */
function certificatesOnce(): Promise<Certificates> {
  made ??= (async () => {
    const dir = await mkdtemp(join(tmpdir(), "flowlord-mail-"));
    scratch.push(dir);
    return makeCertificates(dir);
  })();
  return made;
}

/** A mail server with TLS and login. */
export async function mailReceiver(t: TestContext, how: MailServerOptions = {}): Promise<MailReceiver> {
  const certificates = await certificatesOnce();
  const mails: Mail[] = [];
  const unknown = new Set<string>();
  const deferred = new Set<string>();
  let waiting: (() => void)[] = [];
  const mail = (session: SMTPServerSession, source: string): Mail => ({
    from: session.envelope.mailFrom === false ? "" : session.envelope.mailFrom.address,
    to: session.envelope.rcptTo.map(({ address }) => address),
    source,
    user: String(session.user ?? ""),
    secure: session.secure,
  });
  const server = new SMTPServer({
    secure: how.implicit === true,
    key: await readFile(certificates.serverKey),
    cert: await readFile(certificates.serverCert),
    disabledCommands: how.plain === true ? ["STARTTLS", "AUTH"] : [],
    authOptional: how.plain === true,
    closeTimeout: 1,
    onAuth: ({ username, password }, _session, done) => {
      if (username === USER && password === PASSWORD) done(null, { user: USER });
      else done(refusal(535, `not the password: ${password}`));
    },
    onRcptTo: ({ address }, _session, done) => {
      if (deferred.has(address)) done(refusal(450, "try again later"));
      else done(unknown.has(address) ? refusal(550, "no such mailbox") : null);
    },
    onData: (stream, session, done) => {
      void (async () => {
        let source = "";
        for await (const chunk of stream) source += String(chunk);
        mails.push(mail(session, source));
        for (const tell of waiting) tell();
        waiting = [];
        if (receiver.conduct === "take") done(null, `queued for ${PASSWORD}`);
        else if (receiver.conduct === "refuse") done(refusal(554, "no room for this kind of mail"));
        else if (receiver.conduct === "fail") done(refusal(451, "come again"));
      })();
    },
  });
  // Clients that break off, or do not trust the certificate, are what the tests are about.
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const stop = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  let isStopped = false;
  const stopOnce = async (): Promise<void> => {
    if (!isStopped) await stop();
    isStopped = true;
  };
  t.after(stopOnce);
  const { port } = server.server.address() as AddressInfo;
  const options: EmailOptions = {
    name: "mail",
    host: "127.0.0.1",
    port,
    tls: how.plain === true ? "none" : how.implicit === true ? "implicit" : "starttls",
    caFile: certificates.ca,
    login: how.plain === true ? null : { user: USER, password: PASSWORD },
    from: "Flowlord <flowlord@example.com>",
    to: ["one@example.com", "Two <two@example.com>"],
    prefix: "prod",
  };
  const receiver: MailReceiver = {
    mails,
    certificates,
    options,
    unknown,
    deferred,
    get arrived() {
      return mails.map(deliveryOf);
    },
    count: async (many) => {
      while (mails.length < many) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    conduct: "take",
    channel: (timeoutMs) => createEmailChannel({ ...options, ...(timeoutMs ? { timeoutMs } : {}) }),
    secrets: [PASSWORD],
    stop: stopOnce,
  };
  return receiver;
}

function deliveryOf({ source }: Mail): Delivery {
  return { id: /^Message-ID: <(.*)@example\.com>\r$/m.exec(source)?.[1] ?? "", text: partsOf(source).text };
}

/** The parts of a mail for people: nodemailer writes them quoted-printable, or as they are. */
export function partsOf(source: string): { readonly text: string; readonly html: string } {
  const boundary = /boundary="(.*)"/.exec(source)?.[1] ?? "";
  const [, text = "", html = ""] = source.split(`--${boundary}`).map(plainPart);
  return { text, html };
}

function plainPart(part: string): string {
  const at = part.indexOf("\r\n\r\n");
  const [head, body] = [part.slice(0, at), part.slice(at + 4)];
  if (/base64/i.test(head)) return Buffer.from(body, "base64").toString("utf8");
  const plain = body.replaceAll("\r\n", "\n");
  if (!/quoted-printable/i.test(head)) return plain;
  const bytes = plain
    .replaceAll("=\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
