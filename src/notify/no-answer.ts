/** Reasons why there is no answer, by the system's error code. */
const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses connections: nothing listens there",
  ENOTFOUND: "has a name that cannot be found",
  EAI_AGAIN: "has a name that cannot be looked up now",
  ECONNRESET: "closed the connection without an answer",
  UND_ERR_SOCKET: "closed the connection without an answer",
  ETIMEDOUT: "cannot be reached",
  EHOSTUNREACH: "cannot be reached",
  ENETUNREACH: "cannot be reached",
  UND_ERR_CONNECT_TIMEOUT: "cannot be reached",
};

/** The reason as the end of a sentence that begins with the host; null for an unknown code. */
export function whyNoAnswer(code: string): string | null {
  return SENTENCES[code] ?? null;
}

/** Whether an error code of Node means that the certificate of the other side is not valid. */
export function isCertificateError(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME/.test(code);
}
