import { hexValue, percentDecode } from "./query.ts";

/**
 * The decoded path of a URL or path, or null when Go's `url.Parse` rejects the text. A text with a scheme but no
 * slash after it (`s3:x`) has the empty path.
 */
export function urlPath(text: string): string | null {
  const hash = text.indexOf("#");
  if (hash >= 0 && percentDecode(text.slice(hash + 1)) === null) return null;
  const url = hash < 0 ? text : text.slice(0, hash);
  if (hasControl(url)) return null;
  if (url === "*") return url;
  const scheme = urlScheme(url);
  if (scheme === null) return null;
  let rest = scheme === "" ? url : url.slice(scheme.length + 1);
  const question = rest.indexOf("?");
  if (question >= 0) rest = rest.slice(0, question);
  if (!rest.startsWith("/")) {
    if (scheme !== "") return "";
    if (firstSegment(rest).includes(":")) return null;
  }
  if (rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"))) {
    const slash = rest.indexOf("/", 2);
    const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    if (!isAuthority(scheme.toLowerCase(), authority)) return null;
    rest = slash < 0 ? "" : rest.slice(slash);
  }
  return percentDecode(rest);
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code === 127) return true;
  }
  return false;
}

/** Empty when there is none; null when the text begins with a colon. */
function urlScheme(url: string): string | null {
  if (url.startsWith(":")) return null;
  return /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(url)?.[1] ?? "";
}

function firstSegment(path: string): string {
  const slash = path.indexOf("/");
  return slash < 0 ? path : path.slice(0, slash);
}

function isAuthority(scheme: string, authority: string): boolean {
  const at = authority.lastIndexOf("@");
  if (at >= 0) {
    const user = authority.slice(0, at);
    if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user) || percentDecode(user) === null) return false;
  }
  return isHost(scheme, authority.slice(at + 1));
}

function isHost(scheme: string, host: string): boolean {
  const open = host.lastIndexOf("[");
  if (open > 0) return false;
  if (open === 0) {
    const close = host.lastIndexOf("]");
    return close > 0 && isPort(host.slice(close + 1)) && isIpLiteral(host.slice(1, close));
  }
  // Only http and https refuse colons inside the host; elsewhere the last one counts.
  const strict = scheme === "http" || scheme === "https";
  const colon = strict ? host.indexOf(":") : host.lastIndexOf(":");
  return (colon < 0 || isPort(host.slice(colon))) && isHostText(host);
}

function isPort(text: string): boolean {
  return /^(:[0-9]*)?$/.test(text);
}

/** Characters allowed in a host; `%` only as `%25` or for a byte that is not ASCII. */
function isHostText(host: string): boolean {
  for (let i = 0; i < host.length; i++) {
    const code = host.charCodeAt(i);
    if (code !== 37) {
      if (code < 128 && !/[A-Za-z0-9\-._~!"$&'()*+,:;<=>[\]]/.test(host.charAt(i))) return false;
      continue;
    }
    const high = hexValue(host.charCodeAt(i + 1));
    if (high < 0 || hexValue(host.charCodeAt(i + 2)) < 0) return false;
    if (high < 8 && host.slice(i, i + 3) !== "%25") return false;
    i += 2;
  }
  return true;
}

function isIpLiteral(text: string): boolean {
  const zone = text.indexOf("%25");
  if (zone < 0) return isHostText(text) && isIpv6(percentDecode(text) ?? "");
  const address = text.slice(0, zone);
  const name = percentDecode(text.slice(zone + 3));
  return (
    name !== null &&
    name !== "" &&
    isHostText(address) &&
    isIpv6Zone(text.slice(zone)) &&
    isIpv6(percentDecode(address) ?? "")
  );
}

/** As a host, but a space and every byte allowed in a host may also be escaped. */
function isIpv6Zone(text: string): boolean {
  const plain = text.replace(/%([0-9a-fA-F]{2})/g, (escape, digits: string) => {
    const char = String.fromCharCode(Number.parseInt(digits, 16));
    return escape === "%25" || char === " " ? "" : char;
  });
  return isHostText(plain);
}

function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const all = groups.flat();
  let count = all.length;
  const last = all.at(-1);
  // Only the last field may be an IPv4 address, which counts as two.
  if (last !== undefined && last.includes(".") && groups.at(-1)?.length !== 0) {
    if (!/^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(last)) return false;
    all.pop();
    count++;
  }
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? count <= 7 : count === 8;
}
