import { DAY } from "../contract/time/time-units.ts";
import { codeOf, toError } from "../contract/to-error.ts";
import { excerpt } from "./excerpt.ts";
import { hider, percentDecoded, secretsOf } from "./hide-secrets.ts";
import { isCertificateError, whyNoAnswer } from "./no-answer.ts";
import { NotifyError } from "./notify.ts";

export interface HttpTargetOptions {
  /** With scheme http or https. Never show what follows the host: the path may be a secret. */
  readonly url: string;
  /** Milliseconds since 1970, for a `Retry-After` that names a time. */
  readonly now: () => number;
  readonly method?: "POST" | "GET";
  /** Limit until the whole answer has arrived; default 10 s. */
  readonly timeoutMs?: number;
}

export interface HttpTarget {
  /** Sends a JSON body, and resolves with an excerpt of the answer when it is 2xx. Throws NotifyError. */
  send(body: string | null, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string>;
}

const TIMEOUT = 10_000;
/** The rest of a longer answer is not read. */
const ANSWER_BYTES = 4096;
/** Upper limit of the wait that a receiver can request. */
const LONGEST_RETRY_AFTER = DAY;

/** One URL to send to. `keys`: secrets, besides parts of the URL, that are hidden in answers. */
export function httpTarget(options: HttpTargetOptions, keys: readonly string[] = []): HttpTarget {
  const { url, login } = withoutLogin(options.url);
  const hide = hider([...secretsOf(new URL(options.url)), ...keys]);
  const { host } = url;
  const timeout = options.timeoutMs ?? TIMEOUT;
  return {
    send: async (body, headers, signal) => {
      const late = AbortSignal.timeout(timeout);
      try {
        const response = await fetch(url, {
          method: options.method ?? "POST",
          headers: {
            "user-agent": "flowlord",
            ...(body === null ? {} : { "content-type": "application/json" }),
            ...login,
            ...headers,
          },
          body,
          // A notification and its signature are only for the configured receiver, not for the target of a redirect.
          redirect: "manual",
          signal: AbortSignal.any([signal, late]),
        });
        // The status decides alone: an unreadable body must not cause a second delivery.
        const text = excerpt(hide(await beginningOf(response).catch(() => "")));
        if (response.ok) return [String(response.status), text].filter((part) => part !== "").join(" ");
        throw refusal(response, text, host, options);
      } catch (error) {
        if (error instanceof NotifyError) throw error;
        if (signal.aborted) throw new NotifyError("aborted", `Flowlord stopped before ${host} answered.`, true);
        if (late.aborted) throw new NotifyError("timeout", `${host} did not answer within ${timeout / 1000} s.`, true);
        throw noAnswer(error, host, hide);
      }
    },
  };
}

function refusal(response: Response, text: string, host: string, { now }: HttpTargetOptions): NotifyError {
  const { status, headers } = response;
  const answer = `${host} answered ${status}${text === "" ? "" : `: ${text}`}`;
  if (status >= 300 && status < 400)
    return new NotifyError(
      "redirected",
      `${answer}. Redirects are not followed: configure the URL it leads to.`,
      false,
    );
  const isRetryable = status >= 500 || status === 408 || status === 425 || status === 429;
  const code = status === 429 ? "rate_limited" : status >= 500 ? "receiver_failed" : "refused";
  return new NotifyError(code, `${answer}.`, isRetryable, retryAfterOf(headers.get("retry-after"), now()));
}

/** Milliseconds from `now`; null when the header is missing or invalid. */
export function retryAfterOf(header: string | null, now: number): number | null {
  if (header === null) return null;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER);
}

function noAnswer(error: unknown, host: string, hide: (text: string) => string): NotifyError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = codeOf(cause) ?? "";
  const known = whyNoAnswer(code);
  if (known !== null) return new NotifyError("unreachable", `${host} ${known}.`, true);
  if (isCertificateError(code)) {
    return new NotifyError("certificate", `${host} has a certificate that is not trusted (${code}).`, true);
  }
  const why = toError(cause).message;
  // Without a cause: the errors of fetch may show the whole URL.
  return new NotifyError("unreachable", `${host} gave no answer: ${excerpt(hide(why))}.`, true);
}

async function beginningOf(response: Response): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
    bytes += value.byteLength;
    if (bytes < ANSWER_BYTES) continue;
    await reader.cancel();
    return text;
  }
}

/** `fetch` refuses a URL with a login. */
function withoutLogin(text: string): { readonly url: URL; readonly login: Readonly<Record<string, string>> } {
  const url = new URL(text);
  const { username, password } = url;
  if (username === "" && password === "") return { url, login: {} };
  url.username = "";
  url.password = "";
  const pair = `${percentDecoded(username)}:${percentDecoded(password)}`;
  return { url, login: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` } };
}
