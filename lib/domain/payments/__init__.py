"""Rules of payments: states, spreading over debts, movement of money."""
