"""What the people who work at the studio see."""
