import type { Options } from "../config/options.ts";
import type { Questions } from "../store/store.ts";

/**
 * Reads from the configured database, also beside a running instance, and closes it again. The database is loaded here,
 * so that a command which needs none starts without it. Throws StoreError when there is no such database.
 */
export async function withQuestions<T>(options: Options, read: (questions: Questions) => Promise<T>): Promise<T> {
  const { openQuestions } = await import("../app/open-store.ts");
  const questions = openQuestions(options);
  try {
    return await read(questions);
  } finally {
    questions.close();
  }
}
