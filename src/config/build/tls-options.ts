import type { TlsOptions } from "../options.ts";
import type { Building } from "./building.ts";

/** Null: plain HTTP. */
export function buildTls(build: Building): TlsOptions | null {
  const [certificate, key] = [build.path("tls.certificate"), build.path("tls.key")];
  const passphrase = build.settings.text("tls.passphrase");
  if (certificate === "" && key === "") {
    if (passphrase !== "") missing(build, "passphrase", "certificate");
    return null;
  }
  if (certificate === "") missing(build, "key", "certificate");
  if (key === "") missing(build, "certificate", "key");
  return { certificate, key, passphrase };
}

function missing(build: Building, has: string, lacks: string): void {
  build.fail(
    "missing",
    `tls.${has}`,
    `\`tls.${has}\` is set, and \`tls.${lacks}\` is not`,
    "name both PEM files, or remove [tls] for plain HTTP",
  );
}
