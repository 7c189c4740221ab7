"""One shallow function per kind of due work."""
