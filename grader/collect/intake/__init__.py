"""What was handed in: found in folders, archives and exports, and told apart by whose it is."""
