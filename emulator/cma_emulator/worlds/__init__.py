"""What generated accounts contain."""
