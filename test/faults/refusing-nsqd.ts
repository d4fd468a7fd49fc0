import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { ServerUser } from "../servers/find.ts";

/** With a body: its size in 4 bytes, then so many. */
const WITH_BODY = /^(?:IDENTIFY|AUTH|PUB|MPUB|DPUB)\b/;
const MAGIC_BYTES = 4;

/**
 * A real nsqd that refuses some of the commands: they do not reach it, and their answer is `E_<command>_FAILED`. Speaks
 * plain TCP, without compression.
 */
export class RefusingNsqd {
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  /** How many of each command were refused, by its name. */
  readonly refused = new Map<string, number>();

  private constructor(target: string, refuses: (command: string) => boolean) {
    const [host = "", port] = target.split(":");
    this.#listener = createServer((client) => this.#serve(client, connect(Number(port), host), refuses));
  }

  /** In front of the nsqd at `target` (`host:port`), with another address; closed after the test. */
  static async start(t: ServerUser, target: string, refuses: (command: string) => boolean): Promise<RefusingNsqd> {
    const front = new RefusingNsqd(target, refuses);
    front.#listener.listen(0, "127.0.0.1");
    await once(front.#listener, "listening");
    t.after(() => front.#close());
    return front;
  }

  get address(): string {
    return `127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
  }

  #serve(client: Socket, server: Socket, refuses: (command: string) => boolean): void {
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      const end = (): void => {
        client.destroy();
        server.destroy();
      };
      socket.on("error", end);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    let skip = MAGIC_BYTES;
    whole(
      client,
      (bytes) => {
        const start = skip;
        if (bytes.length < start) return 0;
        const end = bytes.indexOf(10, start) + 1;
        if (end === 0) return 0;
        if (!WITH_BODY.test(bytes.toString("latin1", start, end))) return end;
        return bytes.length < end + 4 ? 0 : end + 4 + bytes.readInt32BE(end);
      },
      (bytes) => {
        const command = bytes.toString("latin1", skip, bytes.indexOf(10, skip));
        skip = 0;
        if (!refuses(command)) {
          server.write(bytes);
          return;
        }
        const [name = ""] = command.split(" ");
        this.refused.set(name, (this.refused.get(name) ?? 0) + 1);
        client.write(errorFrame(`E_${name}_FAILED ${command} failed ID not in flight`));
      },
    );
    // Whole frames only: an answer of its own must not come in the middle of one.
    whole(
      server,
      (bytes) => (bytes.length < 4 ? 0 : 4 + bytes.readInt32BE(0)),
      (bytes) => client.write(bytes),
    );
  }

  async #close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#listener.close();
    await once(this.#listener, "close");
  }
}

/** Calls with one unit of the stream after the other. `sizeOf` answers the bytes of the first; 0: not yet known. */
function whole(socket: Socket, sizeOf: (bytes: Buffer) => number, take: (unit: Buffer) => void): void {
  let bytes = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    for (let size = sizeOf(bytes); size > 0 && size <= bytes.length; size = sizeOf(bytes)) {
      const unit = bytes.subarray(0, size);
      bytes = bytes.subarray(size);
      take(unit);
    }
  });
}

function errorFrame(text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(text.length + 4, 0);
  head.writeInt32BE(1, 4);
  return Buffer.concat([head, Buffer.from(text, "latin1")]);
}
