import { isCertificateFault, whyNoAnswer } from "./no-answer.ts";
import { NotifyError } from "./notify.ts";

/** What the mailer hangs on its errors. */
interface MailerFault {
  readonly code?: string;
  /** The code it had before the mailer gave its own. */
  readonly originalCode?: string;
  /** The server's words. */
  readonly response?: string;
  readonly responseCode?: number;
  /** The server refused for good. */
  readonly permanent?: boolean;
}

/** The error of a mail that was not taken. `plain` makes the server's words fit to be shown. */
export function emailFault(error: unknown, host: string, plain: (text: string) => string): NotifyError {
  if (!(error instanceof Error)) return new NotifyError("failed", `${host}: ${plain(String(error))}.`, true);
  const fault = error as Error & MailerFault;
  const inner = fault.originalCode ?? "";
  const said = plain(fault.response ?? error.message).replace(/\.$/, "");
  const isRetryable = fault.permanent !== true;
  if (isCertificateFault(inner) || isCertificateFault(error.message.toUpperCase().replaceAll("-", "_")))
    return new NotifyError("certificate", `${host} has a certificate that is not trusted: ${said}.`, true);
  switch (fault.code) {
    case "EAUTH":
    case "ENOAUTH":
      return new NotifyError("login_refused", `${host} refused the login: ${said}.`, isRetryable);
    case "EENVELOPE":
      return new NotifyError("recipients_refused", `${host} refused sender or recipients: ${said}.`, isRetryable);
    case "EMESSAGE":
      return new NotifyError("refused", `${host} refused the mail: ${said}.`, isRetryable);
    case "ETLS":
      return new NotifyError("no_tls", `${host} and Flowlord do not come to TLS: ${said}.`, true);
    case "ETIMEDOUT":
      return new NotifyError("timeout", `${host} does not answer.`, true);
    default:
      return new NotifyError("unreachable", `${host} ${whyNoAnswer(inner) ?? `failed: ${said}`}.`, isRetryable);
  }
}
