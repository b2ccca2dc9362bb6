"""What the API answers, by what it is about: one module for each group of tables."""
