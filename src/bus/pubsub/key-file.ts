import { readFile } from "node:fs/promises";
import { codeOf } from "../../contract/to-error.ts";
import { BusError } from "../bus-error.ts";

/**
 * Looks at the credentials before the client does, whose errors quote what they could not read. Rejects with BusError
 * `unavailable`, in whose sentence neither the file's name nor its content stands.
 */
export async function checkKeyFile(path: string): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = codeOf(error) ?? "unreadable";
    throw new BusError("unavailable", `the file that bus.json_auth names cannot be read (${code})`);
  }
  if (!isCredentials(text)) {
    throw new BusError("unavailable", "the file that bus.json_auth names holds no JSON with Google Cloud credentials");
  }
}

function isCredentials(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "type" in value;
  } catch {
    // What is wrong with it stands in the file's own text, which is a secret.
    return false;
  }
}
