import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TlsOptions } from "../../src/config/options.ts";

const run = promisify(execFile);

/** How long a made certificate is valid. */
export const VALID_DAYS = 30;

/** A certificate for localhost that signs itself, and its key, as PEM files in `dir`. */
export async function makeKeyPair(
  dir: string,
  name: string,
  { passphrase = "", newKey = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] } = {},
): Promise<TlsOptions> {
  const [certificate, key] = [join(dir, `${name}.pem`), join(dir, `${name}.key`)];
  const secret = passphrase === "" ? ["-nodes"] : ["-passout", `pass:${passphrase}`];
  const made = ["-newkey", ...newKey, ...secret];
  const files = ["-keyout", key, "-out", certificate, "-days", String(VALID_DAYS)];
  await run("openssl", [
    "req",
    "-x509",
    ...made,
    ...files,
    "-subj",
    `/CN=${name}`,
    "-addext",
    "subjectAltName=DNS:localhost",
  ]);
  return { certificate, key, passphrase };
}
