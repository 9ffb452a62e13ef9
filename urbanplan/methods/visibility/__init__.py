"""What is seen from where, and how high may be built so that it stays seen; arrays in, arrays out."""
