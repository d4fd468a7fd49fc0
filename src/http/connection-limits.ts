import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** Most requests of one connection; with the answer to the last it is closed, and the client opens another. */
const MAX_REQUESTS = 100;
/** Most requests of one connection that are not yet answered. */
const MAX_PIPELINED = 16;

/** Most connections at a time; who comes then is hung up on: files and memory that the rest of the process needs stay free. */
const MAX_CONNECTIONS = 5000;

interface Connection {
  requests: number;
  unanswered: number;
  /** No request after this one is handled. */
  isClosing: boolean;
  /** What is pipelined waits for the answers before it. */
  readonly waiting: (() => void)[];
}

/**
 * Keeps one connection from occupying the process: what is pipelined beyond the limit is not handled (the connection
 * closes after the answers before it, so the client sends it again). Requests of a connection are handled one after the other: behind
 * an answer that closes it nothing must happen of which the client would hear nothing.
 */
export function limitConnections(app: FastifyInstance): void {
  app.server.maxConnections = MAX_CONNECTIONS;
  const connections = new WeakMap<Socket, Connection>();
  app.addHook("onRequest", (request, reply, done) => {
    const { socket } = request.raw;
    const connection = connections.get(socket) ?? { requests: 0, unanswered: 0, isClosing: false, waiting: [] };
    connections.set(socket, connection);
    if (connection.isClosing) {
      // Those before it have arrived whole: nothing more is read. Node's parser takes the data past the stream, and stops
      // by this event alone.
      socket.emit("pause");
      reply.hijack();
      return;
    }
    connection.requests += 1;
    connection.unanswered += 1;
    reply.raw.once("close", () => {
      connection.unanswered -= 1;
      if (reply.raw.shouldKeepAlive) connection.waiting.shift()?.();
      else connection.isClosing = true;
    });
    if (connection.unanswered === MAX_PIPELINED || connection.requests === MAX_REQUESTS) {
      connection.isClosing = true;
      reply.raw.shouldKeepAlive = false;
    }
    if (connection.unanswered === 1) done();
    else connection.waiting.push(done);
  });
}

/** Closes the connection with the answer when the body is refused before it was read: Node would read on to its end. */
export function leaveRefusedBodies(app: FastifyInstance): void {
  app.addHook("onSend", async ({ raw }, reply) => {
    if (reply.statusCode >= 400 && hasBody(raw) && !raw.complete) reply.raw.shouldKeepAlive = false;
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
