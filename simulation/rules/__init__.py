"""What several processes ask: choices, budgets, labour, offers, lots."""
