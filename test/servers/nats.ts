import { serverOrSkip, type ServerUser } from "./find.ts";
import { freePort, ServerProcess } from "./server-process.ts";

export interface NatsServer {
  /** `host:port`. */
  readonly address: string;
  readonly process: ServerProcess;
}

/** nats-server with JetStream. Null when it is not to be had; the test is skipped then. */
export async function startNats(t: ServerUser, flags: readonly string[] = []): Promise<NatsServer | null> {
  const path = serverOrSkip(t, "nats-server");
  if (path === null) return null;
  const [port, monitor] = await Promise.all([freePort(), freePort()]);
  const process = await ServerProcess.start(t, {
    path,
    args: (dir) => ["-a", "127.0.0.1", "-p", String(port), "-m", String(monitor), "-js", "-sd", dir, ...flags],
    isReady: async () => {
      try {
        return (await fetch(`http://127.0.0.1:${monitor}/healthz`)).ok;
      } catch {
        // Not listening yet.
        return false;
      }
    },
  });
  return { address: `127.0.0.1:${port}`, process };
}
