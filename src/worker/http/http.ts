import { writeTaskMessage } from "../../contract/task-message.ts";
import { percentDecode } from "../../core/text/query.ts";
import { poster, type Answer } from "./http-post.ts";
import { lastLine, messageText } from "../message-text.ts";
import { readReport, resultOf, resultOfInvalid, type Report } from "../report.ts";
import { TaskRequeued, type ClosableHandler, type Outcome, type BuiltInContext, type Task } from "../task.ts";
import type { HttpWorkerOptions } from "../../contract/worker-options.ts";
import { WorkerOptionsError } from "../worker-options-error.ts";

const HEADERS = { "content-type": "application/json", accept: "application/json" };
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Messages for errors before an answer, by the system's error code. */
const NO_ANSWER: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection: no service is listening",
  ENOTFOUND: "has a host name that cannot be resolved",
  EAI_AGAIN: "has a host name that cannot be resolved now",
  ECONNRESET: "closed the connection without an answer",
  ETIMEDOUT: "cannot be reached",
  EHOSTUNREACH: "cannot be reached",
  ENETUNREACH: "cannot be reached",
};

/**
 * A handler that posts each task as JSON: 2xx is complete, any other status an error; a JSON answer may set result, msg
 * and meta. Rejects when it is aborted, so that the task is requeued. Messages name only the host of the service, because
 * path, query and user may be secret. Throws WorkerOptionsError for invalid options.
 */
export function httpHandler(options: HttpWorkerOptions): ClosableHandler {
  const url = urlOf(options);
  const secrets = secretsOf(url);
  const service = poster(url, HEADERS, options.concurrency);
  const run = async (task: Task, context: BuiltInContext): Promise<Outcome> => {
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
  const tooLarge: Report = { error: "it is larger than 64 KiB" };
  const parsed = json ? (answer.cut ? tooLarge : readReport(answer.body)) : null;
  const report: Outcome = parsed !== null && "outcome" in parsed ? parsed.outcome : {};
  const invalid = parsed !== null && "error" in parsed ? parsed : null;
  const text = invalid?.msg ?? report.msg ?? (/^text\/plain\b/i.test(answer.contentType) ? lastLine(answer.body) : "");
  const note = invalid === null ? "" : `its answer is invalid: ${invalid.error}`;
  const msg = [sentence, text, note].filter((part) => part !== null && part !== "").join(": ");
  const result = invalid === null ? resultOf(report.result, own) : resultOfInvalid(invalid.result, own);
  return { result, msg: messageText(hide(msg, secrets)), meta: report.meta };
}

function sentenceOf({ status, reason }: Answer, service: string): string {
  const answered = `${service} answered ${status}${reason === "" ? "" : ` ${reason}`}`;
  return status >= 300 && status < 400 ? `${answered}, a redirect, which is not followed` : answered;
}

function urlOf({ type, url }: HttpWorkerOptions): URL {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
    throw new WorkerOptionsError(`http of worker "${type}" is not a URL that begins with http:// or https://.`);
  }
  if (percentDecode(parsed.username) === null || percentDecode(parsed.password) === null) {
    throw new WorkerOptionsError(
      `http of worker "${type}" has a user or password with a % that is not an escape; write %25.`,
    );
  }
  return parsed;
}

/** Parts of the URL that a service may repeat in its answer but that must not appear in the task's history. */
function secretsOf(url: URL): readonly string[] {
  const values = [url.password, percentDecode(url.password) ?? "", url.search.slice(1), ...url.searchParams.values()];
  // Short path parts are ordinary words; long ones may be the token of a web hook.
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
