import { isIP } from "node:net";

const GROUPS = 8;
/** Of an address of IPv6, those that one customer of a provider has for itself. */
const NETWORK_GROUPS = 4;

/**
 * An address in its one form: IPv4 also where it is written as IPv6, IPv6 with all of its groups; without the zone, or a port that
 * some proxies write. What is no address stays as it is.
 */
export function plainAddress(text: string): string {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = bare.replace(/%.*$/s, "");
  if (isIP(address) !== 6) return isIP(address) === 4 ? address : text;
  const groups = groupsOf(address.toLowerCase());
  const [high = 0, low = 0] = groups.slice(-2);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  return groups.map((group) => group.toString(16)).join(":");
}

/** What one caller may change of its address at will is cut off: of IPv6 all behind the /64. */
export function networkOf(text: string): string {
  const address = plainAddress(text);
  return isIP(address) === 6 ? address.split(":").slice(0, NETWORK_GROUPS).join(":") : address;
}

function groupsOf(address: string): readonly number[] {
  const [head = "", tail] = address.split("::");
  const before = numbersOf(head);
  if (tail === undefined) return before;
  const after = numbersOf(tail);
  return [...before, ...Array<number>(GROUPS - before.length - after.length).fill(0), ...after];
}

/** The last two groups may be written as an address of IPv4. */
function numbersOf(part: string): readonly number[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
