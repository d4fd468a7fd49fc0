import type { Building } from "./building.ts";
import { MINUTE, SECOND } from "../../contract/time/time-units.ts";
import { NSQ_COMPRESSIONS, type NsqCompression, type NsqSettings } from "../options.ts";

/** The options of the NSQ client. */
export function buildNsq(build: Building): NsqSettings {
  const { settings } = build;
  return {
    lookupdPoll: lookupdPollOf(build),
    tls: settings.on("bus.nsq_tls") ? tlsOf(build) : null,
    authSecret: settings.text("bus.nsq_auth_secret") || null,
    compression: compressionOf(build),
    msgTimeout: msgTimeoutOf(build),
    heartbeat: heartbeatOf(build),
  };
}

function tlsOf(build: Building): NonNullable<NsqSettings["tls"]> {
  const certFile = build.path("bus.nsq_tls_cert") || null;
  const keyFile = build.path("bus.nsq_tls_key") || null;
  if ((certFile === null) !== (keyFile === null)) {
    const missing = certFile === null ? "nsq_tls_cert" : "nsq_tls_key";
    build.fail(
      "missing",
      `bus.${missing}`,
      `\`bus.${missing}\` is missing`,
      "set both the certificate and its key, or neither",
    );
  }
  return {
    caFile: build.path("bus.nsq_tls_ca") || null,
    certFile,
    keyFile,
    verify: build.settings.on("bus.nsq_tls_verify"),
  };
}

function compressionOf(build: Building): NsqCompression {
  const text = build.settings.text("bus.nsq_compression");
  const known = NSQ_COMPRESSIONS.find((name) => name === text);
  if (known === undefined) {
    build.fail(
      "bad_value",
      "bus.nsq_compression",
      "`bus.nsq_compression` is not a compression of NSQ",
      `write one of ${NSQ_COMPRESSIONS.join(", ")}`,
    );
  }
  return known ?? "none";
}

function lookupdPollOf(build: Building): number {
  const poll = build.millis("bus.lookupd_poll");
  if (poll >= SECOND) return poll;
  build.warn("too_short", "bus.lookupd_poll", "`bus.lookupd_poll` below 1s counts as 1s", 'write it as in "15s"');
  return SECOND;
}

function msgTimeoutOf(build: Building): number | null {
  const timeout = build.millis("bus.nsq_msg_timeout");
  if (timeout <= 0) return null;
  if (timeout >= SECOND) return timeout;
  build.warn("too_short", "bus.nsq_msg_timeout", "`bus.nsq_msg_timeout` below 1s counts as 1s", 'write it as in "1m"');
  return SECOND;
}

function heartbeatOf(build: Building): number {
  const heartbeat = build.millis("bus.nsq_heartbeat");
  if (heartbeat < SECOND || heartbeat > MINUTE) {
    build.fail(
      "bad_value",
      "bus.nsq_heartbeat",
      "`bus.nsq_heartbeat` is not between 1s and 1m, the range of nsqd",
      'write it as in "10s"',
    );
  }
  return heartbeat;
}
