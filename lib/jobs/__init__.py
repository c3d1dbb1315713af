"""Work in the background: ``tasks`` lists the tasks, ``worker`` runs them."""
