/**
 * A 53-bit hash of a text. It must not change between versions of the program: it is stored, as part of the key of
 * `task_records` in place of the text. Two 32-bit halves, mixed like MurmurHash3. When hashes collide, the texts are
 * compared.
 */
export function infoHash(text: string): number {
  let low = 0x9e37_79b9;
  let high = 0x85eb_ca6b;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0xcc9e_2d51);
    low = (low << 15) | (low >>> 17);
    high = Math.imul(high ^ unit, 0x1b87_3593);
    high = (high << 13) | (high >>> 19);
  }
  low = finish(low ^ text.length);
  high = finish(high ^ low);
  return (high & 0x1f_ffff) * 0x1_0000_0000 + (low >>> 0);
}

function finish(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
