"""What the land is used for, how much is built, and how many live on it."""
