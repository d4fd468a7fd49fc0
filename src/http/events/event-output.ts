import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { EventOutput } from "./live-events.ts";

export const EVENT_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // What comes after it comes over another connection.
  connection: "close",
  // Reverse proxies would otherwise wait for more before they pass it on.
  "x-accel-buffering": "no",
};

/** Events as the body of this answer, whose head goes out with the first. */
export function outputTo(raw: ServerResponse, headers: OutgoingHttpHeaders): EventOutput {
  // It ends with its connection anyway; in chunks each event would be four writes.
  raw.useChunkedEncodingByDefault = false;
  return {
    write: (text) => {
      if (!raw.headersSent) raw.writeHead(200, headers);
      raw.write(text);
    },
    get backlog() {
      return raw.writableLength;
    },
    end: () => {
      const isStuck = raw.writableLength > 0;
      raw.end();
      if (isStuck) raw.destroy();
    },
  };
}
