/** Page cache (KiB) of a read connection: queries are short, and the operating system caches the file anyway. */
export const READER_CACHE_KIB = 8 * 1024;
