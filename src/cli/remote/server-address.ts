import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { toError } from "../../contract/to-error.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { UsageError } from "../usage-error.ts";

/** A running instance, and the key with which it is asked. */
export interface ServerAddress {
  /** With scheme, and without a slash at the end. */
  readonly url: string;
  /** Null: it is asked without one. */
  readonly key: string | null;
}

/**
 * The instance that `--server` or `FLOWLORD_SERVER` names; null: the command is about this machine. A configuration on the command
 * line means this machine too, whatever the environment says. Throws UsageError, whose message never has the key.
 */
export function serverAddress(flags: ConfigFlags, context: Pick<CliContext, "env" | "cwd">): ServerAddress | null {
  const isHere = flags.config !== undefined || flags.set !== undefined;
  if (flags.server !== undefined && isHere)
    throw new UsageError("--server names an instance elsewhere, and -c and --set are about this machine: choose one.");
  const address = flags.server ?? (isHere ? "" : (context.env["FLOWLORD_SERVER"] ?? ""));
  if (address === "" && flags.server === undefined) {
    if (flags.key !== undefined || flags.keyFile !== undefined)
      throw new UsageError("--key and --key-file are for an instance elsewhere: name it with --server URL.");
    return null;
  }
  const url = urlOf(address);
  const key = keyOf(flags, context);
  if (key !== null && url.protocol === "http:" && !isLoopbackName(url.hostname))
    throw new UsageError(
      `The key is not sent to ${url.origin}: plain http can be read on its way. Use https, or an SSH tunnel to a port of this machine.`,
    );
  return { url: url.href.replace(/\/+$/, ""), key };
}

function urlOf(text: string): URL {
  const mistake = (why: string): UsageError =>
    new UsageError(`--server takes the address of an instance, as in https://flowlord.example.com:8080; ${why}.`);
  if (!URL.canParse(text)) throw mistake("this is none");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw mistake("this begins with neither https nor http");
  // Not repeated in the message: the name and password may be secrets.
  if (url.username !== "" || url.password !== "") throw mistake("a name or password in it is not sent, the key is");
  if (url.search !== "" || url.hash !== "") throw mistake("it ends before ? and #");
  return url;
}

/** `localhost`, 127.0.0.0/8 and ::1, as a URL has them. */
function isLoopbackName(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function keyOf(flags: ConfigFlags, context: Pick<CliContext, "env" | "cwd">): string | null {
  if (flags.key !== undefined && flags.keyFile !== undefined)
    throw new UsageError("Give the key with --key-file or --key, not both.");
  const { env } = context;
  const file =
    flags.keyFile ?? (flags.key === undefined && !env["FLOWLORD_KEY"] ? env["FLOWLORD_KEY_FILE"] : undefined);
  const key = file ? keyIn(file, context.cwd) : (flags.key ?? env["FLOWLORD_KEY"] ?? "");
  if (key === "") return null;
  if (!/^[\x21-\x7e]{1,500}$/.test(key))
    throw new UsageError(
      "The key has a space or a character that no key has: give it as flowlord keys add printed it.",
    );
  return key;
}

function keyIn(file: string, cwd: string): string {
  try {
    const [line = ""] = readFileSync(resolve(cwd, file), "utf8").trim().split(/\r?\n/);
    if (line !== "") return line;
  } catch (error) {
    throw new UsageError(`The key cannot be read: ${toError(error).message}.`);
  }
  throw new UsageError(`The key cannot be read: ${file} is empty.`);
}
