import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { ServerUser } from "./find.ts";
import { Late } from "./late.ts";

type Direction = "up" | "down";

interface Pair {
  /** From the client. */
  readonly client: Socket;
  /** To the server. */
  readonly server: Socket;
}

/** Stands between a client and a server on loopback, and does to their connections what networks do. */
export class Proxy {
  readonly #listener: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #pairs = new Set<Pair>();
  #frozen = new Set<Direction>();
  /** Bytes still let through to the client before all connections are cut; null: no limit. */
  #cutAfter: number | null = null;
  #refusing = false;
  #delayMs = 0;

  private constructor(target: string) {
    const [host = "127.0.0.1", port] = target.split(":");
    this.#target = { host, port: Number(port) };
    this.#listener = createServer((client) => this.#pair(client));
  }

  /** In front of `target` (`host:port`); closed after the test. */
  static async start(t: ServerUser, target: string): Promise<Proxy> {
    const proxy = new Proxy(target);
    proxy.#listener.listen(0, "127.0.0.1");
    await once(proxy.#listener, "listening");
    t.after(() => proxy.#close());
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Cut all connections now. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  /** Let so many more bytes reach the clients, then cut: in the middle of a frame, wherever that falls. */
  cutAfter(bytes: number): void {
    this.#cutAfter = bytes;
  }

  /** Nothing passes any more in these directions, and no connection is closed. */
  freeze(...directions: readonly Direction[]): void {
    this.#frozen = new Set(directions);
    for (const pair of this.#pairs) this.#apply(pair);
  }

  thaw(): void {
    this.freeze();
  }

  /** The server sees its connections end, and the clients do not: they go on talking to nobody. */
  halfOpen(): void {
    for (const { server } of this.#pairs) {
      server.removeAllListeners("close");
      server.destroy();
    }
  }

  /** What passes from now on comes that many milliseconds later, in its order; 0: at once. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** New connections are cut at once, as when nobody listens. */
  refuse(refusing: boolean): void {
    this.#refusing = refusing;
  }

  /** Bytes that no server would send, to every client. */
  inject(bytes: Uint8Array): void {
    for (const { client } of this.#pairs) client.write(bytes);
  }

  #pair(client: Socket): void {
    client.on("error", () => client.destroy());
    if (this.#refusing) {
      client.destroy();
      return;
    }
    const server = connect(this.#target);
    const pair: Pair = { client, server };
    this.#pairs.add(pair);
    const [up, down] = [new Late(() => this.#delayMs), new Late(() => this.#delayMs)];
    const end = (): void => {
      this.#pairs.delete(pair);
      up.drop();
      down.drop();
      client.destroy();
      server.destroy();
    };
    server.on("error", end);
    server.on("close", end);
    client.on("close", end);
    client.on("data", (bytes) => up.pass(() => void (server.destroyed || server.write(bytes))));
    server.on("data", (bytes) => down.pass(() => this.#toClient(client, bytes)));
    this.#apply(pair);
  }

  #toClient(client: Socket, bytes: Buffer): void {
    if (this.#cutAfter === null) {
      client.write(bytes);
      return;
    }
    const passed = bytes.subarray(0, this.#cutAfter);
    this.#cutAfter -= passed.length;
    if (this.#cutAfter > 0) {
      client.write(passed);
      return;
    }
    this.#cutAfter = null;
    client.write(passed, () => this.cut());
  }

  #apply({ client, server }: Pair): void {
    if (this.#frozen.has("up")) client.pause();
    else client.resume();
    if (this.#frozen.has("down")) server.pause();
    else server.resume();
  }

  async #close(): Promise<void> {
    this.cut();
    this.#listener.close();
    await once(this.#listener, "close");
  }
}
