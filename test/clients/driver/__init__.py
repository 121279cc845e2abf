"""What every session needs: the clock, the steps, and the clients in one vocabulary."""
