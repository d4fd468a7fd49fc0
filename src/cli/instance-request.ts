import { once } from "node:events";
import { request as send } from "node:http";
import { text } from "node:stream/consumers";
import { connect } from "node:tls";
import type { InstanceFile } from "../contract/api/instance-api.ts";

export interface InstanceRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/**
 * Sends a request to the instance that wrote the file. Over TLS the certificate must be one that the file has; who issued it, for
 * which name, and until when, does not matter: the file is readable by its owner alone, as the token in it is, and the address of
 * this machine is in few certificates. A second listener on plain HTTP would have been open to everybody on the machine.
 */
export async function requestInstance(
  { url, certificates }: InstanceFile,
  path: string,
  init: InstanceRequest,
): Promise<Response> {
  if (!url.startsWith("https:")) return fetch(url + path, init);
  const { hostname, port } = new URL(url);
  const { method, headers, body, signal } = init;
  const socket = connect({
    host: hostname.replaceAll(/[[\]]/g, ""),
    port: Number(port === "" ? 443 : port),
    rejectUnauthorized: false,
  });
  try {
    await once(socket, "secureConnect", signal === undefined ? {} : { signal });
    // Before the first byte of the request, which has the token.
    const shown = socket.getPeerX509Certificate()?.fingerprint256;
    if (shown === undefined || !certificates.includes(shown))
      throw new Error(`what answers at ${url} has another certificate than the instance`);
    const request = send(url.replace(/^https/, "http") + path, {
      method,
      headers: { ...headers, connection: "close" },
      createConnection: () => socket,
      ...(signal === undefined ? {} : { signal }),
    });
    request.end(body);
    const [answer] = await once(request, "response");
    return new Response(await text(answer), { status: answer.statusCode });
  } finally {
    socket.destroy();
  }
}
