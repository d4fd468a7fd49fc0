import { once } from "node:events";
import { createServer, type IncomingMessage, request as ask, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { ServerUser } from "./find.ts";

/**
 * What becomes of a request; `later`: milliseconds. `flip-*`: one bit of the content on its way up or down. `afterwards`: the server
 * does it, and before it says so this is done there.
 */
export type HttpFault =
  | number
  | "cut"
  | "cut-answer"
  | "flip-up"
  | "flip-down"
  | { readonly later: number }
  | { readonly afterwards: () => Promise<void> }
  | null;

export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
}

/** Stands before a server on loopback, and does to its requests what services and networks do. */
export class HttpProxy {
  readonly #server: Server;
  readonly #target: URL;
  /** What happens to each request from now on. */
  fault: (asked: Asked) => HttpFault = () => null;
  /** Requests that something was done to. */
  faults = 0;

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((from, to) => void this.#pass(from, to).catch(() => to.destroy()));
  }

  /** In front of `http://host:port`; closed after the test. */
  static async start(t: ServerUser, target: string): Promise<HttpProxy> {
    const proxy = new HttpProxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    t.after(() => {
      proxy.#server.close();
      proxy.#server.closeAllConnections();
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #pass(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const content = await buffer(from);
    const fault = this.fault({ method: from.method ?? "", path: from.url ?? "" });
    if (fault !== null) this.faults += 1;
    if (typeof fault === "number") {
      to.writeHead(fault, { "content-type": "text/plain" }).end("the proxy says so");
      return;
    }
    if (fault === "cut") throw new Error("cut");
    if (fault !== null && typeof fault === "object" && "later" in fault) await pause(fault.later);
    if (fault === "flip-up") flip(content);
    // The host stays that of the proxy: signatures are made of it.
    const passed = ask(new URL(from.url ?? "/", this.#target), { method: from.method ?? "GET", headers: from.headers });
    passed.end(content);
    const [answer] = (await once(passed, "response")) as [IncomingMessage];
    const back = await buffer(answer);
    if (fault === "flip-down") flip(back);
    if (fault !== null && typeof fault === "object" && "afterwards" in fault) await fault.afterwards();
    const headers = { ...answer.headers };
    delete headers["transfer-encoding"];
    // A resumable upload goes on there: here, not past the proxy.
    const { location } = headers;
    if (location !== undefined) headers.location = location.replace(this.#target.origin, this.url);
    if (fault === "cut-answer" && back.length === 0) throw new Error("cut");
    to.writeHead(answer.statusCode ?? 502, headers);
    if (fault !== "cut-answer") {
      to.end(back);
      return;
    }
    to.write(back.subarray(0, back.length >> 1));
    await pause(20);
    throw new Error("cut");
  }
}

function flip(bytes: Buffer): void {
  const middle = bytes.length >> 1;
  if (bytes.length > 0) bytes[middle] = (bytes[middle] ?? 0) ^ 1;
}
