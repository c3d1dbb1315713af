"""Pure rules and values: no clock, no network, no database, no screen."""
