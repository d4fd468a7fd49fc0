import type { Building } from "./building.ts";
import { MINUTE, SECOND } from "../../contract/time/time-units.ts";
import type { NatsSettings } from "../options.ts";

/** The options of the NATS client. */
export function buildNats(build: Building): NatsSettings {
  const { settings } = build;
  const servers = settings.list("bus.nats_servers");
  return {
    servers: servers.length === 0 ? ["localhost:4222"] : servers,
    stream: streamOf(build),
    prefix: settings.text("bus.nats_prefix"),
    login: loginOf(build),
    tls: tlsOf(build),
    maxAge: atLeast(build, "bus.nats_max_age", Math.max(0, build.millis("bus.nats_max_age")), MINUTE, "1m"),
    replicas: replicasOf(build),
    ackWait: atLeast(build, "bus.nats_ack_wait", Math.max(1, build.millis("bus.nats_ack_wait")), SECOND, "1s"),
  };
}

export function pubsubAckDeadlineOf(build: Building): number {
  const deadline = build.millis("bus.pubsub_ack_deadline");
  if (deadline < 10 * SECOND || deadline > 10 * MINUTE) {
    build.fail(
      "bad_value",
      "bus.pubsub_ack_deadline",
      "`bus.pubsub_ack_deadline` is not between 10s and 10m, the range of Pub/Sub",
      'write it as in "1m"',
    );
  }
  return deadline;
}

function streamOf(build: Building): string | null {
  const stream = build.settings.text("bus.nats_stream");
  if (/[\s.*>/\\]/.test(stream)) {
    build.fail(
      "bad_value",
      "bus.nats_stream",
      "`bus.nats_stream` is not a valid name of a stream",
      "write one without spaces, dots, slashes, * and >; the prefix of topics is `nats_prefix`",
    );
  }
  return stream || null;
}

function loginOf(build: Building): NatsSettings["login"] {
  const { settings } = build;
  const token = settings.text("bus.nats_token");
  const user = settings.text("bus.nats_user");
  const password = settings.text("bus.nats_password");
  const path = build.path("bus.nats_creds");
  const value = [
    ["bus.nats_user", user],
    ["bus.nats_token", token],
    ["bus.nats_creds", path],
  ].flatMap(([key, text]) => (text === "" || key === undefined ? [] : [key]));
  if (value[1] !== undefined) {
    const message = `\`${value[0]}\` and \`${value[1]}\` are two login methods`;
    build.fail("bad_value", value[1], message, "keep one of them");
  }
  if (password !== "" && user === "")
    build.fail("missing", "bus.nats_user", "`bus.nats_user` is missing", "name the user of the password");
  if (path !== "") return { kind: "file", path };
  if (token !== "") return { kind: "token", token };
  return user === "" ? { kind: "none" } : { kind: "password", user, password };
}

function tlsOf(build: Building): NatsSettings["tls"] {
  const caFile = build.path("bus.nats_tls_ca") || null;
  const certFile = build.path("bus.nats_tls_cert") || null;
  const keyFile = build.path("bus.nats_tls_key") || null;
  if ((certFile === null) !== (keyFile === null)) {
    const missing = certFile === null ? "nats_tls_cert" : "nats_tls_key";
    build.fail(
      "missing",
      `bus.${missing}`,
      `\`bus.${missing}\` is missing`,
      "set both the certificate and its key, or neither",
    );
  }
  const isOn = build.settings.on("bus.nats_tls") || caFile !== null || certFile !== null;
  return isOn ? { caFile, certFile, keyFile } : null;
}

function replicasOf(build: Building): number {
  const replicas = build.settings.integer("bus.nats_replicas");
  if (replicas < 1 || replicas > 5)
    build.fail("bad_value", "bus.nats_replicas", "`bus.nats_replicas` is not 1 to 5", "write 3 for a cluster of three");
  return replicas;
}

/** 0 stays 0. */
function atLeast(build: Building, key: string, value: number, min: number, text: string): number {
  if (value === 0 || value >= min) return value;
  build.warn("too_short", key, `\`${key}\` below ${text} counts as ${text}`, `write it as in "${text}"`);
  return min;
}
