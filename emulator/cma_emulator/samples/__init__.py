"""Records of generated accounts, in the same groups as the endpoints."""
