import { NsqError } from "./nsq-error.ts";

/** Address of a server. `text` is used in messages and keys. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly text: string;
}

/** `host:port`, `[v6]:port` or `host`, with or without a scheme in front. Null for anything else. */
export function readAddress(text: string, standardPort: number): Address | null {
  const bare = text
    .trim()
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/\/+$/, "");
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@[\]]+))(?::(\d{1,5}))?$/.exec(bare);
  const host = found?.[1] ?? found?.[2];
  const port = found?.[3] === undefined ? standardPort : Number(found[3]);
  return host === undefined || port < 1 || port > 65_535 ? null : addressOf(host, port);
}

export function addressOf(host: string, port: number): Address {
  return { host, port, text: `${host.includes(":") ? `[${host}]` : host}:${port}` };
}

/** Parses all of them; throws NsqError `unavailable` for an invalid one. Its message is shown: it repeats no login. */
export function addressesOf(texts: readonly string[], port: number): readonly Address[] {
  return texts.map((text) => {
    if (text.includes("@")) {
      const reason = "An address of bus.nsqd_hosts or bus.lookupd_hosts contains a login: NSQ takes none there.";
      throw new NsqError("unavailable", `${reason} nsqd's secret belongs into bus.nsq_auth_secret.`);
    }
    const address = readAddress(text, port);
    if (address === null)
      throw new NsqError("unavailable", `${JSON.stringify(text)} is not a valid address: write host:port.`);
    return address;
  });
}
