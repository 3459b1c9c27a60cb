-- What came of it when the schedule was last fired; the audit log has the changes of it, and every wake.
ALTER TABLE engine_schedules ADD COLUMN outcome text;
