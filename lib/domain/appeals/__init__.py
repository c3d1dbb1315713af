"""Rules of appeals: kinds, statuses, deadlines."""
