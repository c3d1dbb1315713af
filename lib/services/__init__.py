"""Use cases: one module for each noun; each public function runs its own transaction."""
