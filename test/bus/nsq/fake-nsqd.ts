import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { frame, messageFrame } from "./frames.ts";

/** How a fake nsqd reacts to a command; undefined: like a healthy one. */
export type Reaction = (command: string, client: FakeClient) => boolean | undefined;

/** One client of the fake, with the commands that it sent. */
export class FakeClient {
  readonly socket: Socket;
  readonly commands: string[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
  }

  respond(text: string): void {
    this.socket.write(frame(0, text));
  }

  fail(text: string): void {
    this.socket.write(frame(1, text));
  }

  deliver(id: string, attempt: number, body: string): void {
    this.socket.write(messageFrame(id, attempt, body));
  }
}

/** An nsqd that misbehaves as configured. It reads commands with and without bodies, and stores no messages. */
export class FakeNsqd {
  readonly clients: FakeClient[] = [];
  readonly #server: Server;
  #react: Reaction;
  address = "";

  constructor(react: Reaction = () => undefined) {
    this.#react = react;
    this.#server = createServer((socket) => this.#serve(new FakeClient(socket)));
  }

  set reaction(react: Reaction) {
    this.#react = react;
  }

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.address = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this.address;
  }

  async stop(): Promise<void> {
    this.#server.close();
    for (const { socket } of this.clients) socket.destroy();
    await once(this.#server, "close");
  }

  #serve(client: FakeClient): void {
    this.clients.push(client);
    let bytes = Buffer.alloc(0);
    let hasMagic = false;
    client.socket.on("error", () => client.socket.destroy());
    client.socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (!hasMagic && bytes.length >= 4) {
        bytes = bytes.subarray(4);
        hasMagic = true;
      }
      if (!hasMagic) return;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
        const command = bytes.toString("latin1", 0, end);
        let next = end + 1;
        if (/^(IDENTIFY|AUTH|PUB|MPUB)\b/.test(command)) {
          if (bytes.length < next + 4) return;
          next += 4 + bytes.readInt32BE(next);
          if (bytes.length < next) return;
        }
        bytes = bytes.subarray(next);
        client.commands.push(command);
        if (this.#react(command, client) === undefined) answer(command, client);
      }
    });
  }
}

function answer(command: string, client: FakeClient): void {
  if (command === "IDENTIFY")
    client.respond(JSON.stringify({ max_rdy_count: 100, msg_timeout: 1000, version: "fake" }));
  else if (/^(SUB|PUB|MPUB)\b/.test(command)) client.respond("OK");
  else if (command === "CLS") client.respond("CLOSE_WAIT");
}
