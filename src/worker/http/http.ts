import { writeTaskMessage } from "../../contract/task-message.ts";
import { percentDecode } from "../../core/text/query.ts";
import { poster, type Answer } from "./http-post.ts";
import { lastLine, messageText } from "../message-text.ts";
import { readReport, resultOf } from "../report.ts";
import { TaskRequeued, type ClosableHandler, type Outcome, type Task, type TaskContext } from "../task.ts";
import type { HttpWorkerOptions } from "../../contract/worker-options.ts";
import { WorkerOptionsError } from "../worker-options-error.ts";

const HEADERS = { "content-type": "application/json", accept: "application/json" };
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Sentences for what happens before there is an answer, by the system's code. */
const NO_ANSWER: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses connections: nothing listens there",
  ENOTFOUND: "has a name that cannot be found",
  EAI_AGAIN: "has a name that cannot be looked up now",
  ECONNRESET: "closed the connection without an answer",
  ETIMEDOUT: "cannot be reached",
  EHOSTUNREACH: "cannot be reached",
  ENETUNREACH: "cannot be reached",
};

/**
 * A handler that posts each task as JSON: 2xx is complete, everything else an error; an answer in JSON may say result,
 * msg and meta. Rejects when it is aborted, so that the task goes back. Messages name the service by host alone, as
 * path, query and user may be secrets. Throws WorkerOptionsError for invalid options.
 */
export function httpHandler(options: HttpWorkerOptions): ClosableHandler {
  const url = urlOf(options);
  const secrets = secretsOf(url);
  const service = poster(url, HEADERS, options.concurrency);
  const run = async (task: Task, context: TaskContext): Promise<Outcome> => {
    const limit = withTimeout(context.signal, options.timeout);
    try {
      return outcomeOf(await service.post(writeTaskMessage(task), limit.signal), url.host, secrets);
    } catch (error) {
      if (context.signal.aborted) {
        throw new TaskRequeued("The worker was stopped before the task was done.", { cause: error });
      }
      const why = limit.late()
        ? `did not answer within ${options.timeout / 1000} s`
        : (NO_ANSWER[(error as NodeJS.ErrnoException).code ?? ""] ?? `gave no answer: ${(error as Error).message}`);
      return { result: "error", msg: hide(`${url.host} ${why}`, secrets) };
    } finally {
      limit.release();
    }
  };
  return { run, close: () => service.close() };
}

function outcomeOf(answer: Answer, service: string, secrets: readonly string[]): Outcome {
  const ok = answer.status >= 200 && answer.status < 300;
  const own = ok ? "complete" : "error";
  const sentence = ok ? null : sentenceOf(answer, service);
  const json = /^application\/([\w.+-]+\+)?json\b/i.test(answer.contentType);
  const parsed = json && !answer.cut ? readReport(answer.body) : null;
  const report = parsed !== null && "outcome" in parsed ? parsed.outcome : {};
  const text = report.msg ?? (/^text\/plain\b/i.test(answer.contentType) ? lastLine(answer.body) : "");
  const note =
    parsed !== null && "error" in parsed
      ? `its answer was not used: ${parsed.error}`
      : json && answer.cut
        ? "its answer was not used: more than 64 KiB"
        : "";
  const msg = [sentence, text, note].filter((part) => part !== null && part !== "").join(": ");
  return { result: resultOf(report.result, own), msg: messageText(hide(msg, secrets)), meta: report.meta };
}

function sentenceOf({ status, reason }: Answer, service: string): string {
  const answered = `${service} answered ${status}${reason === "" ? "" : ` ${reason}`}`;
  return status >= 300 && status < 400 ? `${answered}, a redirect, which is not followed` : answered;
}

function urlOf({ type, url }: HttpWorkerOptions): URL {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
    throw new WorkerOptionsError(`http of worker "${type}" is no URL that begins with http:// or https://.`);
  }
  if (percentDecode(parsed.username) === null || percentDecode(parsed.password) === null) {
    throw new WorkerOptionsError(
      `http of worker "${type}" has a user or password with a % that is no escape; write %25.`,
    );
  }
  return parsed;
}

/** Parts of the URL that a service may repeat in its answer and that are not for the task's history. */
function secretsOf(url: URL): readonly string[] {
  const values = [url.password, percentDecode(url.password) ?? "", url.search.slice(1), ...url.searchParams.values()];
  // Short path parts are words, and long ones may be the token of a web hook.
  const parts = url.pathname.split("/").filter((part) => part.length > 15);
  return [...values.filter((value) => value.length > 3), ...parts].toSorted((a, b) => b.length - a.length);
}

function hide(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
}

interface TimeLimit {
  readonly signal: AbortSignal;
  readonly late: () => boolean;
  readonly release: () => void;
}

function withTimeout(stop: AbortSignal, timeout: number): TimeLimit {
  if (timeout === 0) return { signal: stop, late: () => false, release: () => undefined };
  const controller = new AbortController();
  let late = false;
  const abort = (): void => controller.abort();
  const expire = (): void => {
    late = true;
    abort();
  };
  const timer = setTimeout(expire, Math.min(timeout, LONGEST_TIMER_MS));
  stop.addEventListener("abort", abort, { once: true });
  const release = (): void => {
    clearTimeout(timer);
    stop.removeEventListener("abort", abort);
  };
  return { signal: controller.signal, late: () => late, release };
}
