import type { SectionTable } from "./key-spec.ts";

/** Keys of `[bus]`. */
export const BUS_KEYS: SectionTable = {
  bus: {
    kind: "string",
    standard: '"memory"',
    legacyDefault: '""',
    about:
      "The message bus: `memory` (embedded), `file`, `stdio`, `stdin`, `stdout`, `stderr`, `null`, `nop`, `nsq`, `pubsub` or `nats`.",
  },
  in_bus: { kind: "string", standard: '""', about: "The bus to read from, if not `bus`." },
  out_bus: { kind: "string", standard: '""', about: "The bus to write to, if not `bus`." },
  in_topic: {
    kind: "string",
    standard: '""',
    about: "Accepted from older files, without effect as before: `done_topic` names the topic.",
  },
  in_channel: {
    kind: "string",
    standard: '""',
    about: "Accepted from older files, without effect as before: the channel is named after the topic.",
  },
  nsqd_hosts: {
    kind: "list",
    standard: "[]",
    about: "Addresses (`host:port`) of nsqd; without them and `lookupd_hosts`, `localhost:4150`.",
  },
  lookupd_hosts: {
    kind: "list",
    standard: "[]",
    about: "HTTP addresses (`host:port`) of nsqlookupd; without `nsqd_hosts`, tasks go to an nsqd that it knows.",
  },
  lookupd_poll: {
    kind: "duration",
    standard: '"15s"',
    about: "Bus `nsq`: how often nsqlookupd is polled for the list of nsqds.",
  },
  nsq_tls: { kind: "boolean", standard: "false", about: "Bus `nsq`: connect to nsqd with TLS." },
  nsq_tls_ca: {
    kind: "string",
    standard: '""',
    about: "Bus `nsq`: the CA file that verifies nsqd's certificate; empty = the system's authorities.",
    path: true,
  },
  nsq_tls_cert: {
    kind: "string",
    standard: '""',
    about: "Bus `nsq`: the file of the client certificate.",
    path: true,
  },
  nsq_tls_key: {
    kind: "string",
    standard: '""',
    about: "Bus `nsq`: the file of that certificate's key.",
    path: true,
  },
  nsq_tls_verify: {
    kind: "boolean",
    standard: "true",
    about: "Bus `nsq`: refuse an nsqd whose certificate is not valid for its address.",
  },
  nsq_auth_secret: {
    kind: "string",
    standard: '""',
    about: "Bus `nsq`: the secret for nsqd's AUTH.",
    secret: true,
  },
  nsq_compression: {
    kind: "string",
    standard: '"none"',
    about: "Bus `nsq`: `deflate` or `snappy` saves bandwidth and costs up to 25 ms a message; `none` is fastest.",
  },
  nsq_msg_timeout: {
    kind: "duration",
    standard: '"10s"',
    about:
      "Bus `nsq`: how long after a lost connection nsqd redelivers a message; while one is being worked on, it is touched in time. 0 = the setting of nsqd (one minute).",
  },
  nsq_heartbeat: {
    kind: "duration",
    standard: '"10s"',
    about:
      "Bus `nsq`: the interval of heartbeats from nsqd; after twice as long without one, the connection is lost. From 1s to 1m.",
  },
  pubsub_host: {
    kind: "string",
    standard: '""',
    about: "Address (`host:port`) of a Pub/Sub emulator; empty = Google.",
  },
  project_id: {
    kind: "string",
    standard: '""',
    about: "The Google Cloud project of Pub/Sub; with an emulator any name.",
  },
  json_auth: {
    kind: "string",
    standard: '""',
    about: "The file with the Google Cloud credentials; empty = those of the environment.",
    secret: true,
  },
  pubsub_ack_deadline: {
    kind: "duration",
    standard: '"1m"',
    about: "Bus `pubsub`: how long after the last deadline extension Pub/Sub redelivers a message. From 10s to 10m.",
  },
  nats_servers: {
    kind: "list",
    standard: "[]",
    about:
      "Addresses (`host:port`) of NATS; one is enough to find the others of its cluster. Without any, `localhost:4222`.",
  },
  nats_stream: {
    kind: "string",
    standard: '""',
    about: "Bus `nats`: the stream to create for all topics together; empty = one for each topic.",
  },
  nats_prefix: {
    kind: "string",
    standard: '""',
    about: 'Bus `nats`: the prefix of the topic in the subject, as in "jobs.".',
  },
  nats_user: { kind: "string", standard: '""', about: "Bus `nats`: the user name." },
  nats_password: { kind: "string", standard: '""', about: "Bus `nats`: the user's password.", secret: true },
  nats_token: { kind: "string", standard: '""', about: "Bus `nats`: a token, instead of a user.", secret: true },
  nats_creds: {
    kind: "string",
    standard: '""',
    about: "Bus `nats`: a `.creds` file, instead of a user.",
    path: true,
  },
  nats_tls: {
    kind: "boolean",
    standard: "false",
    about: "Bus `nats`: refuse a server without TLS; TLS is used in any case where a server offers it.",
  },
  nats_tls_ca: {
    kind: "string",
    standard: '""',
    about: "Bus `nats`: the CA file that verifies the server's certificate; empty = the system's authorities.",
    path: true,
  },
  nats_tls_cert: {
    kind: "string",
    standard: '""',
    about: "Bus `nats`: the file of the client certificate.",
    path: true,
  },
  nats_tls_key: {
    kind: "string",
    standard: '""',
    about: "Bus `nats`: the file of that certificate's key.",
    path: true,
  },
  nats_max_age: {
    kind: "duration",
    standard: '"168h"',
    about: "Bus `nats`: how long a stream that Flowlord creates keeps a message, read or not; 0 = no limit.",
  },
  nats_replicas: {
    kind: "integer",
    standard: "1",
    about: "Bus `nats`: the replicas of a stream that Flowlord creates, 1 to 5.",
  },
  nats_ack_wait: {
    kind: "duration",
    standard: '"30s"',
    about:
      "Bus `nats`: how long after the last progress report a message is redelivered, for consumers that Flowlord creates.",
  },
  path: {
    kind: "string",
    standard: '""',
    about: "Bus `file`: the folder that holds the topics, one file each; default `bus` in the `data` folder.",
    path: true,
  },
  rotate_size: { kind: "size", standard: '"64MB"', about: "Bus `file`: the size at which a topic's file is rotated." },
};
