-- Alerts by the day on which they began, counted from the index alone.
CREATE INDEX alert_records_created ON alert_records (created_at, severity);
