import type { ChannelRoute } from "../../core/alerts/alert-routes.ts";
import { nearName } from "../../core/text/near-name.ts";
import type { Building } from "./building.ts";
import { SMTP_TLS, type EmailChannelOptions, type SmtpTls } from "../options.ts";

type EmailFields = Omit<EmailChannelOptions, "kind" | keyof ChannelRoute>;

const PORTS: Readonly<Record<SmtpTls, number>> = { starttls: 587, implicit: 465, none: 25 };

/** The mail options of a `[[channel]]` of kind `email`; `prefix` is its key, as in `channel.0`. */
export function buildEmail(build: Building, prefix: string): EmailFields {
  const { settings } = build;
  const host = settings.text(`${prefix}.smtp_host`);
  if (host === "") build.fail("missing", prefix, `${prefix}: \`smtp_host\` is missing`, "name the mail server");
  else if (!/^[A-Za-z0-9.:_-]+$/.test(host)) {
    const remedy = "write only the name, as in mail.example.com, and the port as smtp_port";
    build.fail("bad_value", `${prefix}.smtp_host`, `${prefix}: \`smtp_host\` is not a host name`, remedy);
  }
  const tls = tlsOf(build, prefix);
  return {
    host,
    port: portOf(build, prefix) || PORTS[tls],
    tls,
    caFile: build.path(`${prefix}.smtp_ca`) || null,
    login: loginOf(build, prefix, tls, host),
    from: fromOf(build, prefix),
    to: recipientsOf(build, prefix),
    prefix: settings.text(`${prefix}.prefix`),
  };
}

function portOf(build: Building, prefix: string): number {
  const port = build.settings.integer(`${prefix}.smtp_port`);
  if (port < 0 || port > 65535)
    build.fail(
      "bad_value",
      `${prefix}.smtp_port`,
      `${prefix}: \`smtp_port\` is not a port number`,
      "write it as in 587",
    );
  return port;
}

function tlsOf(build: Building, prefix: string): SmtpTls {
  const text = build.settings.text(`${prefix}.smtp_tls`);
  const tls = SMTP_TLS.find((known) => known === text);
  if (tls !== undefined) return tls;
  const near = nearName(text, SMTP_TLS);
  const remedy = near === null ? `write one of ${SMTP_TLS.join(", ")}` : `did you mean \`${near}\`?`;
  build.fail("bad_value", `${prefix}.smtp_tls`, `${prefix}: \`smtp_tls\` is not one of its values`, remedy);
  return "starttls";
}

function loginOf(build: Building, prefix: string, tls: SmtpTls, host: string): EmailFields["login"] {
  const user = build.settings.text(`${prefix}.smtp_user`);
  const password = build.settings.text(`${prefix}.smtp_password`);
  if (user === "" && password === "") return null;
  if (user === "" || password === "") {
    const missing = user === "" ? "smtp_user" : "smtp_password";
    const remedy = "set both, or neither for a server without login";
    build.fail("missing", prefix, `${prefix}: \`${missing}\` is missing`, remedy);
  }
  const isLocal = host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
  if (tls === "none" && !isLocal) {
    const remedy = 'set smtp_tls = "starttls" or "implicit", or leave the login out';
    const message = `${prefix}: the password would be sent unencrypted`;
    build.fail("not_safe", `${prefix}.smtp_tls`, message, remedy);
  }
  return { user, password };
}

function fromOf(build: Building, prefix: string): string {
  const from = build.settings.text(`${prefix}.from`);
  if (from === "") build.fail("missing", prefix, `${prefix}: \`from\` is missing`, "name the sender of the mails");
  else checkAddress(build, `${prefix}.from`, from);
  return from;
}

function recipientsOf(build: Building, prefix: string): readonly string[] {
  const to = build.settings.list(`${prefix}.to`);
  if (to.length === 0)
    build.fail("missing", prefix, `${prefix}: \`to\` is missing`, 'name the recipients, as in ["ops@example.com"]');
  for (const address of to) checkAddress(build, `${prefix}.to`, address);
  return to;
}

/** As loose as mail servers are: only they can check the part before the last @. */
const ADDRESS = /^(?:[^<>\r\n]*<[^\s<>@,]+@[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+)$/;

function checkAddress(build: Building, key: string, address: string): void {
  if (ADDRESS.test(address)) return;
  const remedy = "write it as in ops@example.com, or Ops <ops@example.com>; several make a list";
  build.fail("bad_value", key, `\`${key}\`: "${address}" is not an address`, remedy);
}
