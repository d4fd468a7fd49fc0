/** From the gravest on. */
export const SEVERITIES = ["critical", "warning", "info"] as const;

export const ALERT_STATES = ["open", "acknowledged", "silenced", "resolved"] as const;
