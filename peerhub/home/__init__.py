"""Home: the landing page of each role. Asks every stage for what needs attention and decides nothing itself."""
