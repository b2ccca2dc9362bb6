"""The programs of the project: for its users, its documents and its developers."""
