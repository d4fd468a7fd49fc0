import { connect } from "node:net";
import { serverOrSkip, type ServerUser } from "./find.ts";
import { freePort, ServerProcess } from "./server-process.ts";

export interface PubsubServer {
  /** `host:port`, for `pubsub_host`. */
  readonly address: string;
  readonly process: ServerProcess;
}

/** The Go client's in-process fake of Google Pub/Sub. Null when it is not to be had; the test is skipped then. */
export async function startPubsub(t: ServerUser): Promise<PubsubServer | null> {
  const path = serverOrSkip(t, "pst");
  if (path === null) return null;
  const port = await freePort();
  const process = await ServerProcess.start(t, {
    path,
    args: () => ["-port", String(port)],
    isReady: () => accepts(port),
  });
  return { address: `127.0.0.1:${port}`, process };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
