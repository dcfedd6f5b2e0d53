"""The brief: charts, wording and documents, made from the tables of a comparison and from nothing else."""
