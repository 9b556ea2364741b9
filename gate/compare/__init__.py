"""What differs between two runs of the same cases. Pure: it is given recordings that were read, and judges none."""
