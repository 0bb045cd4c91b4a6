"""A class in figures: pages, tables and the terminal."""
