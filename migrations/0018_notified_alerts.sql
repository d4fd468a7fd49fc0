-- Alerts of which a channel is notified, until it was notified that they are resolved too.

CREATE TABLE notified_alerts (
  channel         TEXT    NOT NULL,
  alert_id        INTEGER NOT NULL,
  at_once         INTEGER NOT NULL CHECK (at_once IN (0, 1)),   -- by immediate notifications; its end too
  delivered       INTEGER NOT NULL CHECK (delivered IN (0, 1)), -- 1: the receiver accepted a notification that contains it
  resolved_at     INTEGER,                                      -- NULL: it is not resolved
  notification_id INTEGER,                                      -- alert_notifications.id: contains it, and is not delivered yet
  closing         INTEGER NOT NULL DEFAULT 0 CHECK (closing IN (0, 1)),  -- 1: that notification says that it is resolved
  PRIMARY KEY (channel, alert_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notified_alerts_alert ON notified_alerts (alert_id);
CREATE INDEX notified_alerts_notification ON notified_alerts (notification_id) WHERE notification_id IS NOT NULL;
CREATE INDEX notified_alerts_resolved ON notified_alerts (channel, at_once, alert_id)
  WHERE resolved_at IS NOT NULL AND delivered = 1 AND notification_id IS NULL;

ALTER TABLE alert_notifications ADD COLUMN resolved_count INTEGER NOT NULL DEFAULT 0;  -- of the alerts covered: those of which it was notified before, resolved since

-- What the last 1,000 notifications contained and is not resolved.
INSERT INTO notified_alerts (channel, alert_id, at_once, delivered, notification_id)
  SELECT n.channel, a.id, a.at_once, n.state = 'sent', iif(n.state = 'sent', NULL, n.id)
  FROM alert_notifications n JOIN json_each(n.alerts) e JOIN alert_records a ON a.id = json_extract(e.value, '$.id')
  WHERE n.id > (SELECT ifnull(max(id), 0) - 1000 FROM alert_notifications) AND n.state <> 'failed' AND a.state <> 'resolved'
  ORDER BY n.id
  ON CONFLICT DO UPDATE SET delivered = max(delivered, excluded.delivered),
    notification_id = ifnull(excluded.notification_id, notification_id);
