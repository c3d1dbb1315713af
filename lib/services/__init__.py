"""Use cases: one module a noun; each public function owns its transaction."""
