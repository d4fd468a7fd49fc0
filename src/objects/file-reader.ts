/** The process that reads files for `FileReaderProcess`: whatever hangs here hangs nothing else. */
import { toError } from "../contract/to-error.ts";
import type { FileAnswer, FileRequest } from "./file-requests.ts";
import { LocalObjects } from "./local.ts";
import { ObjectError } from "./objects.ts";

const local = new LocalObjects();

process.on("message", (request: FileRequest) => {
  void answer(request).then((sent) => process.send?.(sent));
});
// An exit would wait for what hangs.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

async function answer({ id, method, path }: FileRequest): Promise<FileAnswer> {
  try {
    return { id, value: await local[method](path) };
  } catch (error) {
    const code = error instanceof ObjectError ? error.code : "unreadable";
    return { id, error: { code, message: toError(error).message } };
  }
}
