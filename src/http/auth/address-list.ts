import { BlockList, isIP } from "node:net";
import { plainAddress } from "../../engine/access/address.ts";

/** Bits before those of IPv4 in an address of IPv6 that stands for one. */
const MAPPED_BITS = 96;

/** Whether an address is one of these, or in one of these networks (`10.1.0.0/16`); IPv4 may be written as IPv6. */
export function addressList(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [written = "", bits] = entry.split("/");
    const address = plainAddress(written);
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else {
      const isMapped = isIP(written) !== isIP(address);
      // A wider network than all of IPv4 is one of IPv6.
      if (isMapped && Number(bits) < MAPPED_BITS) list.addSubnet(written, Number(bits), "ipv6");
      else list.addSubnet(address, Number(bits) - (isMapped ? MAPPED_BITS : 0), familyOf(address));
    }
  }
  return (address) => {
    const plain = plainAddress(address);
    return isIP(plain) !== 0 && list.check(plain, familyOf(plain));
  };
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
