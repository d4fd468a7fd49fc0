import { isCertificateError, whyNoAnswer } from "./no-answer.ts";
import { NotifyError } from "./notify.ts";

/** Fields that the mailer adds to its errors. */
interface MailerError {
  readonly code?: string;
  /** The code before the mailer replaced it. */
  readonly originalCode?: string;
  /** The server's reply. */
  readonly response?: string;
  readonly responseCode?: number;
  /** The server refused permanently. */
  readonly permanent?: boolean;
}

/** The error of a mail that was not accepted. `plain` removes secrets from the server's reply. */
export function emailError(error: unknown, host: string, plain: (text: string) => string): NotifyError {
  if (!(error instanceof Error)) return new NotifyError("failed", `${host}: ${plain(String(error))}.`, true);
  const mailerError = error as Error & MailerError;
  const inner = mailerError.originalCode ?? "";
  const reply = plain(mailerError.response ?? error.message).replace(/\.$/, "");
  const isRetryable = mailerError.permanent !== true;
  if (isCertificateError(inner) || isCertificateError(error.message.toUpperCase().replaceAll("-", "_")))
    return new NotifyError("certificate", `${host} has a certificate that is not trusted: ${reply}.`, true);
  switch (mailerError.code) {
    case "EAUTH":
    case "ENOAUTH":
      return new NotifyError("login_refused", `${host} refused the login: ${reply}.`, isRetryable);
    case "EENVELOPE":
      return new NotifyError("recipients_refused", `${host} refused sender or recipients: ${reply}.`, isRetryable);
    case "EMESSAGE":
      return new NotifyError("refused", `${host} refused the mail: ${reply}.`, isRetryable);
    case "ETLS":
      return new NotifyError("no_tls", `TLS handshake with ${host} failed: ${reply}.`, true);
    case "ETIMEDOUT":
      return new NotifyError("timeout", `${host} does not answer.`, true);
    default:
      return new NotifyError("unreachable", `${host} ${whyNoAnswer(inner) ?? `failed: ${reply}`}.`, isRetryable);
  }
}
