import { serverOrSkip, type ServerUser } from "./find.ts";
import { freePort, ServerProcess } from "./server-process.ts";

export interface GcsServer {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly process: ServerProcess;
}

/** fake-gcs-server with one bucket. Null when it is not to be had; the test is skipped then. */
export async function startGcs(t: ServerUser, bucket: string): Promise<GcsServer | null> {
  const path = serverOrSkip(t, "fake-gcs-server");
  if (path === null) return null;
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const url = `http://${host}`;
  const process = await ServerProcess.start(t, {
    path,
    args: (dir) => {
      const listen = ["-scheme", "http", "-host", "127.0.0.1", "-port", String(port)];
      const shown = ["-public-host", host, "-external-url", url];
      return [...listen, ...shown, "-backend", "filesystem", "-filesystem-root", dir];
    },
    isReady: async () => {
      try {
        return (await fetch(`${url}/_internal/healthcheck`)).ok;
      } catch {
        // Not listening yet.
        return false;
      }
    },
  });
  const made = await fetch(`${url}/storage/v1/b?project=test`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: bucket }),
  });
  if (!made.ok) throw new Error(`the bucket could not be made: ${made.status} ${await made.text()}`);
  return { url, process };
}
