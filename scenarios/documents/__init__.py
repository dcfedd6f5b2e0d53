"""Documents made of blocks, written as one HTML file or for Word, and tables for Excel, in English or Chinese."""
