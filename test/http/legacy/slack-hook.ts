import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface SlackHook {
  readonly url: string;
  /** Bodies, as JSON. */
  readonly received: unknown[];
  status: number;
  close(): void;
}

/** An incoming webhook that answers as Slack does. */
export async function openSlackHook(status = 200): Promise<SlackHook> {
  const received: unknown[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      received.push(JSON.parse(body));
      response.writeHead(hook.status).end(hook.status === 200 ? "ok" : "no_service");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const hook: SlackHook = {
    url: `http://127.0.0.1:${port}/services/T000/secret`,
    received,
    status,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return hook;
}
