/**
 * Many clients of live events, as a process of its own: argv has the port and how many. They read and do nothing. Says `ready` on
 * standard output when each has had its first event, and at SIGTERM how many bytes came.
 */
import { connect } from "node:net";

const [port, count] = process.argv.slice(2).map(Number);
let bytes = 0;
let begun = 0;

for (let n = 0; n < (count ?? 0); n += 1) {
  const socket = connect(port ?? 0, "127.0.0.1");
  socket.once("data", () => {
    begun += 1;
    if (begun === count) process.stdout.write("ready\n");
  });
  socket.on("data", (chunk) => (bytes += chunk.length));
  socket.write("GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
}

process.once("SIGTERM", () => {
  process.stdout.write(`${bytes}\n`, () => process.exit(0));
});
