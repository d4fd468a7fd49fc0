import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { serverOrSkip, type ServerUser } from "./find.ts";
import { freePort, ServerProcess } from "./server-process.ts";

export interface S3Server {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly process: ServerProcess;
}

export const S3_CREDENTIALS = { accessKeyId: "test", secretAccessKey: "testtest" } as const;

/** versitygw on a folder, with one bucket. Null when it is not to be had; the test is skipped then. */
export async function startS3(t: ServerUser, bucket: string): Promise<S3Server | null> {
  const path = serverOrSkip(t, "versitygw");
  if (path === null) return null;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const process = await ServerProcess.start(t, {
    path,
    args: (dir) => {
      mkdirSync(join(dir, bucket), { recursive: true });
      const { accessKeyId, secretAccessKey } = S3_CREDENTIALS;
      const access = ["--access", accessKeyId, "--secret", secretAccessKey];
      return ["--port", `127.0.0.1:${port}`, "--health", "/health", ...access, "posix", dir];
    },
    isReady: async () => {
      try {
        return (await fetch(`${url}/health`)).ok;
      } catch {
        // Not listening yet.
        return false;
      }
    },
  });
  return { url, process };
}
