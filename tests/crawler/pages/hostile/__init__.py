"""Functions a taken-over parser might turn into."""
