/**
 * A task as it travels on the bus: one JSON object a message. Empty strings are omitted on the wire
 * except `type` and `info`. Times are milliseconds since 1970 (UTC), null when absent.
 */
export interface TaskMessage {
  type: string;
  job: string;
  info: string;
  created: number | null;
  id: string;
  meta: string;
  result: string;
  msg: string;
  started: number | null;
  ended: number | null;
}
