/** What the router of the older program left as it is in a path: any other character it expected to be escaped. */
const PLAIN = /[\w.~$&+,/:;=@-]/;
const BYTES = new TextEncoder();

/**
 * The path of a request as the older program routed it: decoded when it is written in the one way in which Go writes it, and
 * otherwise as it came. So an escaped slash is never one, and an escaped dot leads nowhere.
 */
export function routedPath(url: string): string {
  const [raw = ""] = url.split("?", 1);
  if (!raw.includes("%")) return raw;
  let decoded: string;
  try {
    decoded = decodeURIComponent(raw);
  } catch {
    // Bytes that are not UTF-8 name nothing here.
    return raw;
  }
  return escaped(decoded) === raw ? decoded : raw;
}

function escaped(path: string): string {
  return Array.from(path, (char) => (PLAIN.test(char) ? char : escapedBytes(char))).join("");
}

function escapedBytes(char: string): string {
  return Array.from(BYTES.encode(char), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
