"""Positions in motion as nodes: bodies in 3-D, sequences for Slicer's own player, and images that bend along."""
