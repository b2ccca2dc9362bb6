"""What generated accounts contain, by the same groups as the endpoints."""
