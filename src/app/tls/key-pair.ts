import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { TlsOptions } from "../../config/options.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { toError } from "../../contract/to-error.ts";
import type { KeyPair } from "../../http/tls-server.ts";
import type { Objects } from "../../objects/objects.ts";

/** The pair of `[tls]`, and when it is valid, in milliseconds since 1970. */
export interface CheckedPair extends KeyPair {
  readonly validFrom: number;
  readonly validTo: number;
}

/** The certificate or its key cannot be used; the message says which, why and what to do, and nothing of the key. */
export class CertificateError extends Error {
  readonly code: "no_certificate" | "no_key" | "other_key" | "not_usable";

  constructor(code: CertificateError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CertificateError";
    this.code = code;
  }
}

/** Since then before its end a certificate is reported as ending soon. */
const SOON = 14 * DAY;

/** Throws ObjectError when a file cannot be read, and CertificateError when the two are no pair. */
export async function readKeyPair(
  { certificate: path, key: keyPath, passphrase }: TlsOptions,
  objects: Pick<Objects, "read">,
): Promise<CheckedPair> {
  const [certificate, key] = await Promise.all([objects.read(path), objects.read(keyPath)]);
  const first = certificateIn(certificate, path);
  if (!first.checkPrivateKey(keyIn(key, passphrase, keyPath)))
    throw new CertificateError(
      "other_key",
      `The key in ${keyPath} is not that of the certificate in ${path}: name the two that belong together; of a chain, the server's certificate comes first.`,
    );
  try {
    createSecureContext({ cert: certificate, key, ...(passphrase === "" ? {} : { passphrase }) });
  } catch (error) {
    throw new CertificateError(
      "not_usable",
      `TLS cannot use the certificate in ${path} (${toError(error).message}): make another, with a key of 2048 bits or an elliptic curve.`,
      { cause: error },
    );
  }
  return {
    certificate,
    key,
    passphrase,
    fingerprint: first.fingerprint256,
    validFrom: Date.parse(first.validFrom),
    validTo: Date.parse(first.validTo),
  };
}

/** Why clients refuse the certificate now; null: they have no reason. */
export function outOfDate({ validFrom, validTo }: CheckedPair, now: number): string | null {
  if (now >= validTo) return `its certificate has expired on ${dayOf(validTo)}`;
  if (now < validFrom) return `its certificate is valid only from ${new Date(validFrom).toISOString()}`;
  return null;
}

/** When it expires, if that is within two weeks; null: it is not. */
export function expiresSoon({ validTo }: CheckedPair, now: number): string | null {
  return now < validTo && validTo - now < SOON ? `its certificate expires on ${dayOf(validTo)}` : null;
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function certificateIn(text: string, path: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (error) {
    throw new CertificateError(
      "no_certificate",
      `There is no certificate in ${path}: it has to begin with -----BEGIN CERTIFICATE-----.`,
      { cause: error },
    );
  }
}

function keyIn(text: string, passphrase: string, path: string): KeyObject {
  try {
    return createPrivateKey(passphrase === "" ? text : { key: text, passphrase });
  } catch (error) {
    throw new CertificateError(
      "no_key",
      `The private key in ${path} cannot be read: it is no PEM file of a key, or tls.passphrase is not its passphrase.`,
      { cause: error },
    );
  }
}
