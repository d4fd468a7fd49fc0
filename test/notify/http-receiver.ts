import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Channel } from "../../src/notify/notify.ts";
import type { Conduct, Delivery, Receiver } from "./contract.ts";

export interface Request {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpReceiver extends Receiver {
  readonly url: string;
  readonly requests: readonly Request[];
  /** Answers instead of the conduct. */
  answer: ((response: ServerResponse) => void) | null;
}

const STATUS: Readonly<Record<Exclude<Conduct, "hang">, number>> = { take: 200, refuse: 403, fail: 503 };
const KEY = "T00KEY00/B00KEY00/abcdefghijklmnopqrstuvwx";

/** A server that repeats path and signature in all its answers. `open`: the channel to a URL. */
export async function httpReceiver(
  t: TestContext,
  open: (url: string, timeoutMs?: number) => Channel,
  read: (request: Request) => Delivery,
  secrets: readonly string[] = [],
): Promise<HttpReceiver> {
  const requests: Request[] = [];
  let waiting: (() => void)[] = [];
  const server = createServer((incoming, response) => {
    void (async () => {
      let body = "";
      for await (const chunk of incoming.setEncoding("utf8")) body += String(chunk);
      requests.push({ path: incoming.url ?? "", headers: incoming.headers, body });
      for (const tell of waiting) tell();
      waiting = [];
      if (receiver.answer !== null) receiver.answer(response);
      else if (receiver.conduct !== "hang")
        response.writeHead(STATUS[receiver.conduct]).end(`heard ${incoming.url}\nby ${secrets.join()}`);
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  };
  t.after(stop);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/services/${KEY}`;
  const receiver: HttpReceiver = {
    url,
    requests,
    get arrived() {
      return requests.map(read);
    },
    count: async (many) => {
      while (requests.length < many) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    conduct: "take",
    answer: null,
    channel: (timeoutMs) => open(url, timeoutMs),
    secrets: [KEY, ...KEY.split("/"), ...secrets],
    stop,
  };
  return receiver;
}
