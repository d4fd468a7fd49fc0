import type { SectionTable } from "./key-spec.ts";

/** Keys of `[tls]`: the HTTP server over TLS. */
export const TLS_KEYS: SectionTable = {
  certificate: {
    kind: "string",
    standard: '""',
    about:
      "The PEM file with the certificate of the HTTP server, and behind it those of its issuers; empty = plain HTTP. It is read again when it changes.",
    path: true,
  },
  key: {
    kind: "string",
    standard: '""',
    about: "The PEM file with the private key of the certificate.",
    path: true,
  },
  passphrase: {
    kind: "string",
    standard: '""',
    about: "The passphrase of the private key; empty = it has none.",
    secret: true,
  },
};
