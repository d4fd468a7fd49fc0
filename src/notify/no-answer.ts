/** Sentences for what happens before there is an answer, by the system's code. */
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

/** What a host did, as the end of a sentence that begins with its name; null for a code that is not known. */
export function whyNoAnswer(code: string): string | null {
  return SENTENCES[code] ?? null;
}

/** Whether a code of Node's says that the other side's certificate is not good. */
export function isCertificateError(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME/.test(code);
}
