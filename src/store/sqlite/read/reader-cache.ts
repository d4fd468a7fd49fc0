/** Page cache (KiB) of a connection that answers questions: each is short, and the file's pages lie in memory anyway. */
export const READER_CACHE_KIB = 8 * 1024;
