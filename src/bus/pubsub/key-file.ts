import { readFile } from "node:fs/promises";
import { codeOf } from "../../contract/to-error.ts";
import { BusError } from "../bus-error.ts";

/**
 * Checks the credentials before the client reads them, because its errors quote the content. Rejects with BusError
 * `unavailable`, whose message contains neither the file's name nor its content.
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
    throw new BusError(
      "unavailable",
      "the file that bus.json_auth names is not a JSON file with Google Cloud credentials",
    );
  }
}

function isCredentials(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "type" in value;
  } catch {
    // The parse error would quote the file's content, which is secret.
    return false;
  }
}
