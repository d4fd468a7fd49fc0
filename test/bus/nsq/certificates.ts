import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Certificates {
  readonly ca: string;
  readonly serverCert: string;
  readonly serverKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
  /** A CA that signed none of them. */
  readonly otherCa: string;
}

/** A CA and its certificates for a server at 127.0.0.1 and for a client, as PEM files in `dir`. */
export async function makeCertificates(dir: string): Promise<Certificates> {
  const at = (name: string): string => join(dir, name);
  const openssl = async (...args: string[]): Promise<void> => void (await run("openssl", args));
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const authority = (name: string) =>
    openssl("req", "-x509", ...ec, "-keyout", at(`${name}.key`), "-out", at(`${name}.pem`), "-subj", `/CN=${name}`);
  const signed = async (name: string, extension: string): Promise<void> => {
    await writeFile(at(`${name}.ext`), extension);
    await openssl("req", ...ec, "-keyout", at(`${name}.key`), "-out", at(`${name}.csr`), "-subj", `/CN=${name}`);
    const signer = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-extfile", at(`${name}.ext`)];
    await openssl("x509", "-req", "-in", at(`${name}.csr`), "-out", at(`${name}.pem`), ...signer);
  };
  await Promise.all([authority("ca"), authority("other")]);
  await signed("server", "subjectAltName=IP:127.0.0.1\n");
  await signed("client", "extendedKeyUsage=clientAuth\n");
  return {
    ca: at("ca.pem"),
    serverCert: at("server.pem"),
    serverKey: at("server.key"),
    clientCert: at("client.pem"),
    clientKey: at("client.key"),
    otherCa: at("other.pem"),
  };
}
