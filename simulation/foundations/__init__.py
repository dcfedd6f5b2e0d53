"""What computes and knows no household: months, random numbers, numerics, and the compiler of kernels."""
