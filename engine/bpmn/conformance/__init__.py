"""Was the way taken one the diagram allows? A token game of our own, independent of the code that runs procedures."""
