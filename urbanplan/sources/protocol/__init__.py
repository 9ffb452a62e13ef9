"""How data come over the network: bounded, checked, whole or not at all."""
